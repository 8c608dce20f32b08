// SPDX-License-Identifier: Apache-2.0
// An exec's stage joins the namespaces of a running container, and goes on in a clone.
#pragma once

#include <string_view>

#include "process/channel.hpp"
#include "process/handover.hpp"
#include "sys/clone.hpp"

namespace corten::init {

/// Throws "step: ..." where a call that makes namespaces has the result -errno, and says which limit ENOSPC stands for.
void require_namespaces(std::string_view step, long result);

/// Returns in a clone of this process, and ends this process once it has sent `report` with the clone's pid. With
/// `request.sibling` the clone is a child of this process's parent. Returns whether it is in the requested cgroup.
bool continue_in_clone(const process::Channel& channel, const sys::CloneRequest& request, process::CloneReport report);

/// How an exec'ed process gets into a v2 cgroup, which a clone starts in (CLONE_INTO_CGROUP). The descriptor of the cgroup's
/// directory leads to the host's whole tree, so the process that has it is not the one that the container's pid namespace
/// shows.
enum class CgroupEntry {
  none,      // there is no v2 cgroup, or the parent places the process
  last,      // by the only clone: no pid namespace is joined
  in_place,  // by a clone with the stage's memory, which clones itself into the pid namespace
  first,     // by a clone that is reported to the parent, and clones itself into the pid namespace
};
[[nodiscard]] CgroupEntry cgroup_entry(const process::ExecHandover& handover, bool in_place_clones);

/// Enters the v2 cgroup and the container's namespaces by the descriptors of `handover`, which are closed before the container
/// sees the process. In a user namespace the process becomes root; it keeps the capabilities that `launch` needs. False where
/// the parent must move it into the cgroup.
[[nodiscard]] bool join_container(const process::Channel& channel, process::ExecHandover& handover,
                                  const process::Launch& launch);

}  // namespace corten::init
