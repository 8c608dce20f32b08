// SPDX-License-Identifier: Apache-2.0
// What the parent does to, and learns of, a process in a container from outside.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/unique_fd.hpp"
#include "cgroup/manager.hpp"
#include "process/plan.hpp"
#include "rootfs/plan.hpp"

namespace corten::container {

/// A resource limit that the process may not set itself.
void set_rlimit(pid_t pid, const process::Rlimit& limit);

/// Whether setgroups(2) is allowed in the user namespace of `pid`. Who maps ids without privileges gives it up, for all
/// namespaces below too (Linux 3.19).
[[nodiscard]] bool may_set_groups(pid_t pid);

/// For a process that may not set groups: they are left as they are. Throws where the document names others than the
/// process's own, which would be missing without a word.
void forgo_groups(process::User& user);

/// The pid of `pid` in its own pid namespace.
[[nodiscard]] pid_t pid_inside(pid_t pid);

/// Why an init stage that fell silent has ended: its signal or status, and whether the memory limit did it. Reaps it.
[[nodiscard]] std::string describe_end(pid_t pid, const cgroup::Manager& manager);

/// A user namespace that stands for the mappings of an id-mapped mount.
[[nodiscard]] UniqueFd open_map_namespace(const rootfs::MountIdMap& map);

/// Everything that the caller of this program left open without meaning it for a container.
void close_inherited_on_exec();

}  // namespace corten::container
