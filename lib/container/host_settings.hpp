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

/// Throws where the process is to have other groups than its own, which setgroups(2), where it is denied, cannot give: they
/// would be missing without notice.
void check_no_other_groups(const process::User& user);

/// The pid of `pid` in its own pid namespace.
[[nodiscard]] pid_t pid_inside(pid_t pid);

/// Why an init stage has ended without a message: its signal or status, and whether the memory limit caused it. Reaps it.
[[nodiscard]] std::string exit_reason(pid_t pid, const cgroup::Manager& manager);

}  // namespace corten::container
