// SPDX-License-Identifier: Apache-2.0
// Settings of threads that CRIU (4.2.1) does not save: a checkpoint keeps them beside the images, a restore sets them again.
#pragma once

#include <sys/types.h>

#include <vector>

#include "cgroup/manager.hpp"
#include "process/plan.hpp"
#include "spec/checkpoint.hpp"
#include "spec/saved_state.hpp"

namespace corten::container {

/// Of the threads in `manager`'s cgroup those that have something else than a restore of `init`, which was made with `launch`,
/// gives them by itself: all CPUs of the cpuset, the I/O priority of config.json, what else the restorer has.
[[nodiscard]] std::vector<spec::ThreadSettings> settings_now(const cgroup::Manager& manager, pid_t init,
                                                             const process::Launch& launch);

/// Sets them on the threads of `processes`, whose init is `init`; what cannot be set is a warning. A real-time I/O class, which
/// starves others of the disk, must be that of config.json, too.
void set_settings(const std::vector<pid_t>& processes, pid_t init, const std::vector<spec::ThreadSettings>& threads,
                  const process::Launch& launch);

/// Warns of processes that are no children of init's, and of what nobody can set on another process: memory policies other than
/// config.json's, keys in the session keyring.
void warn_of_losses(const std::vector<pid_t>& processes, const spec::SavedState& saved, const process::Launch& launch);

}  // namespace corten::container
