// SPDX-License-Identifier: Apache-2.0
#include "spec/saved_state.hpp"

#include "base/error.hpp"
#include "spec/json_writer.hpp"
#include "spec/readers.hpp"
#include "spec/salvage.hpp"

namespace corten::spec {
namespace {

void write_hooks(JsonWriter& to, std::string_view name, const std::vector<Hook>& hooks) {
  if (hooks.empty()) return;
  to.key(name);
  to.begin_array();
  for (const auto& hook : hooks) {
    to.begin_object();
    to.member("path", hook.path);
    to.member_unless_empty("args", hook.args);
    to.member_unless_empty("env", hook.env);
    if (hook.timeout) to.member("timeout", *hook.timeout);
    to.end_object();
  }
  to.end_array();
}

constexpr std::string_view cgroup_paths = "cgroup_paths", freezer = "freezer";

/// The freezer's first: it is the last that parse_saved_status() reads.
void write_cgroups(JsonWriter& to, const StringMap& paths) {
  if (paths.empty()) return;
  to.key(cgroup_paths);
  to.begin_object();
  for (const auto& [controller, path] : paths) {
    if (controller == freezer) to.member(controller, path);
  }
  for (const auto& [controller, path] : paths) {
    if (controller != freezer) to.member(controller, path);
  }
  to.end_object();
}

}  // namespace

std::string to_json(const SavedState& state) {
  JsonWriter json;
  json.begin_object();
  json.member("oci_version", state.oci_version);
  json.member("id", state.id);
  json.member("init_process_pid", state.init_pid);
  json.member("init_process_start", state.init_start_time);
  json.member("created", state.created);
  json.member("bundle", state.bundle);
  json.member("rootfs", state.rootfs);
  if (state.rootless) json.member("rootless", true);
  json.member_unless_empty("annotations", state.annotations);
  json.member("cgroup_driver", state.cgroup_driver);
  json.member_unless_empty("cgroup_unit", state.cgroup_unit);
  write_cgroups(json, state.cgroup_paths);
  if (state.memory_limit) json.member("memory_limit", *state.memory_limit);
  if (state.memory_swap) json.member("memory_swap", *state.memory_swap);
  if (state.cpu_quota) json.member("cpu_quota", *state.cpu_quota);
  if (state.cpu_period) json.member("cpu_period", *state.cpu_period);
  json.member_unless_empty("namespace_paths", state.namespace_paths);
  write_hooks(json, "poststart", state.poststart);
  write_hooks(json, "poststop", state.poststop);
  if (state.no_process) json.member("no_process", true);
  if (state.no_new_keyring) json.member("no_new_keyring", true);
  json.member_unless_empty("intel_rdt_path", state.intel_rdt_path);
  json.member_unless_empty("intel_rdt_mon_path", state.intel_rdt_mon_path);
  if (state.intel_rdt_created) json.member("intel_rdt_created", true);
  json.end_object();
  return json.take();
}

namespace {

/// `take(NAME, VARIABLE)` for each field.
template <class Take>
SavedState read_fields(Take&& take) {
  SavedState state;
  take("oci_version", state.oci_version);
  take("id", state.id);
  take("init_process_pid", state.init_pid);
  take("init_process_start", state.init_start_time);
  take("created", state.created);
  take("bundle", state.bundle);
  take("rootfs", state.rootfs);
  take("rootless", state.rootless);
  take("annotations", state.annotations);
  take("cgroup_driver", state.cgroup_driver);
  take(cgroup_paths, state.cgroup_paths);
  take("cgroup_unit", state.cgroup_unit);
  take("memory_limit", state.memory_limit);
  take("memory_swap", state.memory_swap);
  take("cpu_quota", state.cpu_quota);
  take("cpu_period", state.cpu_period);
  take("namespace_paths", state.namespace_paths);
  take("poststart", state.poststart);
  take("poststop", state.poststop);
  take("no_process", state.no_process);
  take("no_new_keyring", state.no_new_keyring);
  take("intel_rdt_path", state.intel_rdt_path);
  take("intel_rdt_mon_path", state.intel_rdt_mon_path);
  take("intel_rdt_created", state.intel_rdt_created);
  return state;
}

SavedState read(const JsonTree& tree) {
  const JsonValue root{tree};
  return read_fields([&](std::string_view name, auto& to) { root.field(name, to); });
}

}  // namespace

SavedState parse_saved_state(std::string_view json) { return read(JsonTree{json, "state.json"}); }

SavedState parse_saved_status(std::string_view json) {
  return read(JsonTree{json, "state.json", {cgroup_paths, freezer}});
}

SavedState salvage_saved_state(std::string_view json) {
  const JsonTree tree{whole_part(json), "state.json"};
  const JsonValue root{tree};
  return read_fields([&](std::string_view name, auto& to) {
    try {
      root.field(name, to);
    } catch (const Error&) {
      to = {};
    }
  });
}

}  // namespace corten::spec
