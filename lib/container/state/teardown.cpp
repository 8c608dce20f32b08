// SPDX-License-Identifier: Apache-2.0
#include "container/state/teardown.hpp"

#include <fmt/core.h>

#include <chrono>

#include "base/error.hpp"
#include "base/log.hpp"
#include "config/annotations.hpp"
#include "config/process.hpp"
#include "container/rdt.hpp"
#include "container/state/status.hpp"
#include "process/hooks.hpp"
#include "sys/pidfd.hpp"

namespace corten::container {
namespace {

using namespace std::chrono_literals;

constexpr auto end_limit = 10s;

void end_init(pid_t init, cgroup::Manager* manager) {
  // A frozen process does not die (v1).
  if (manager != nullptr && manager->freezer_state() == cgroup::FreezerState::frozen) manager->thaw();
  if (!sys::end_child(init, end_limit)) log::warn(fmt::format("container init (process {}) still running", init));
}

template <class Hook>
void run_poststop(Hook&& hook) {
  try {
    hook();
  } catch (const Error& error) {
    log::warn(fmt::format("error running poststop hook: {}", error.what()));
  }
}

}  // namespace

void destroy(StateDir& directory, const spec::SavedState& saved, cgroup::Manager& manager,
             const HookFunctions* functions) {
  manager.remove();
  rdt::remove_group(rdt_group(saved));
  directory.remove();
  if (saved.poststop.empty() && functions == nullptr) return;
  const auto state = spec::hook_state_json(make_state(saved, Status::stopped));
  for (const auto& hook : config::plan_hooks(saved.poststop)) {
    run_poststop([&] {
      const auto files = config::read_annotations(saved.annotations).hook_files;
      process::run_hook(hook, state, process::open_hook_files(files));
    });
  }
  if (functions != nullptr) run_poststop([&] { functions->run("poststop", state); });
}

void destroy_if_there(StateDir& directory, const spec::SavedState& saved, cgroup::Manager& manager,
                      const HookFunctions* functions) {
  directory.lock();
  if (directory.still_there()) destroy(directory, saved, manager, functions);
}

void roll_back(pid_t init, StateDir& directory, const spec::SavedState& saved, cgroup::Manager* manager,
               const HookFunctions* functions) noexcept {
  try {
    if (init > 0) end_init(init, manager);
    if (manager != nullptr) return destroy_if_there(directory, saved, *manager, functions);
    directory.lock();
    if (directory.still_there()) directory.remove();
  } catch (const std::exception& error) {
    log::warn(fmt::format("clearing what was made of the container: {}", error.what()));
  }
}

}  // namespace corten::container
