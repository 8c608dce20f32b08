// SPDX-License-Identifier: Apache-2.0
// One more process in a container.
#include <memory>
#include <string>
#include <utility>

#include "abi/guard.hpp"
#include "abi/wanted.hpp"
#include "spec/config.hpp"
#include "sys/file.hpp"

using namespace corten;

namespace {

config::ProcessChanges changes_of(const corten_process_changes& options) {
  const auto given = abi::options_of(&options, "corten_process_changes");
  config::ProcessChanges changes;
  changes.args = abi::texts_of(given.args);
  if (changes.args.empty()) throw Error{"exec args cannot be empty", ErrorKind::invalid_argument};
  changes.terminal = given.terminal != 0;
  changes.cwd = abi::text_of(given.cwd);
  changes.env = abi::texts_of(given.env);
  changes.user = abi::text_of(given.user);
  if (given.group_count != 0) changes.additional_gids.assign(given.groups, given.groups + given.group_count);
  changes.selinux_label = abi::text_of(given.selinux_label);
  changes.apparmor_profile = abi::text_of(given.apparmor_profile);
  if (given.no_new_privileges != nullptr) changes.no_new_privileges = *given.no_new_privileges != 0;
  changes.capabilities = abi::texts_of(given.capabilities);
  return changes;
}

spec::Process document_of(const corten_exec_options& given) {
  return with_kind(ErrorKind::invalid_config, [&] {
    if (given.process != nullptr) return spec::parse_process(given.process);
    return spec::parse_process(sys::read_file(&abi::checked(given.process_file, "options->process")));
  });
}

container::ExecOptions wanted(const corten_exec_options& given) {
  container::ExecOptions options;
  options.stdio = abi::stdio_of(given.stdio);
  options.cgroup = abi::texts_of(given.cgroups);
  options.ignore_paused = given.ignore_paused != 0;
  return options;
}

corten_process* run_in(container::Container& container, container::ExecOptions& options,
                       const corten_exec_options& given) {
  const bool changes = given.changes != nullptr && given.process == nullptr && given.process_file == nullptr;
  changes ? options.process = changes_of(*given.changes) : options.process = document_of(given);
  auto handle = std::make_unique<corten_process>();
  auto process = container.exec(options);
  handle->pid = process.pid;
  handle->terminal = std::move(process.terminal);
  return handle.release();
}

}  // namespace

corten_process* corten_container_exec(corten_container* container, const corten_exec_options* options,
                                      corten_error** error) {
  return abi::guarded<corten_process*>(error, nullptr, [&] {
    auto& into = *abi::checked(container, "container").container;
    const auto given = abi::options_of(&abi::checked(options, "options"), "corten_exec_options");
    auto what = wanted(given);
    return run_in(into, what, given);
  });
}

corten_process* corten_runtime_exec(const corten_runtime* runtime, const char* id, const corten_exec_options* options,
                                    corten_error** error) {
  return abi::guarded<corten_process*>(error, nullptr, [&] {
    const auto& settings = abi::checked(runtime, "runtime").settings;
    const auto given = abi::options_of(&abi::checked(options, "options"), "corten_exec_options");
    auto what = wanted(given);
    container::start_ahead(settings, what);
    auto into = container::Container::load(settings, &abi::checked(id, "id"));
    return run_in(into, what, given);
  });
}
