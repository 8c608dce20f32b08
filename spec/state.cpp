// SPDX-License-Identifier: Apache-2.0
#include "spec/state.hpp"

#include "spec/field_writer.hpp"

namespace corten::spec {
namespace {

/// The State of runtime.md.
void write_spec_state(JsonWriter& to, const State& state) {
  to.begin_object();
  to.member("ociVersion", state.oci_version);
  to.member("id", state.id);
  to.member("status", state.status);
  if (state.pid != 0) to.member("pid", state.pid);
  to.member("bundle", state.bundle);
  to.member_unless_empty("annotations", state.annotations);
  to.end_object();
}

}  // namespace

std::string hook_state_json(const State& state) {
  JsonWriter json;
  write_spec_state(json, state);
  return json.take();
}

std::string state_json(const State& state) {
  JsonWriter json{"  "};
  FieldWriter{json}.value(state);
  return json.take();
}

std::string state_list_json(const std::vector<State>& states) {
  if (states.empty()) return "null";
  JsonWriter json;
  FieldWriter{json}.value(states);
  return json.take();
}

std::string seccomp_agent_json(const State& state, int process_pid, std::string_view metadata) {
  JsonWriter json;
  json.begin_object();
  json.member("ociVersion", oci_version);
  json.member("fds", {"seccompFd"});
  json.member("pid", process_pid);
  json.member_unless_empty("metadata", metadata);
  json.key("state");
  write_spec_state(json, state);
  json.end_object();
  return json.take();
}

}  // namespace corten::spec
