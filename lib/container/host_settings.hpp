// SPDX-License-Identifier: Apache-2.0
// What the parent sets on a container's process, and reads of it, from the host's namespaces.
#pragma once

#include <sys/types.h>

#include <string>

#include "cgroup/manager.hpp"
#include "process/plan.hpp"

namespace corten::container {

/// A resource limit that the process may not set itself.
void set_rlimit(pid_t pid, const process::Rlimit& limit);

/// Whether setgroups(2) is allowed in the user namespace of `pid`. It is denied, in all namespaces below too, where ids were
/// mapped without privileges (Linux 3.19).
[[nodiscard]] bool may_set_groups(pid_t pid);

/// Leaves the groups of a process as they are, where setgroups(2) is denied. Throws where config.json names others than the
/// process's own: these would be missing without notice.
void forgo_groups(process::User& user);

/// The pid of `pid` in its own pid namespace.
[[nodiscard]] pid_t pid_inside(pid_t pid);

/// Why an init stage has ended without a message: its signal or status, and whether the memory limit caused it. Reaps it.
[[nodiscard]] std::string exit_reason(pid_t pid, const cgroup::Manager& manager);

}  // namespace corten::container
