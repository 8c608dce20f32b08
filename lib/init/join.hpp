// SPDX-License-Identifier: Apache-2.0
// Into the namespaces of a running container, and on in a clone of the stage.
#pragma once

#include <vector>

#include "base/unique_fd.hpp"
#include "process/channel.hpp"
#include "process/plan.hpp"
#include "sys/clone.hpp"

namespace corten::init {

/// The rest of the work goes on in a clone of this process, whose pid is said over the channel; this process ends. `born` is
/// what is to be said besides. With `request.sibling` the clone is a child of this process's parent. Returns whether
/// it is in the cgroup that was asked for.
bool continue_in_clone(const process::Channel& channel, const sys::CloneRequest& request, process::CloneReport born);

/// How one more process gets into the cgroup of v2, which only a clone may be born in: the descriptor of its directory leads
/// to the whole host, so that no process has it that the container's pid namespace shows. The one that enters is another
/// than the one that is seen.
enum class CgroupEntry {
  none,      // there is no v2 cgroup, or the parent places the process
  last,      // by the only clone: no pid namespace is joined
  in_place,  // by a clone that takes the stage's memory over, and clones itself into the pid namespace
  first,     // by a clone that is said to the parent, and clones itself into the pid namespace
};
[[nodiscard]] CgroupEntry cgroup_entry(const process::ExecPlan& plan, bool in_place_clones);

/// Enters the container's namespaces, in the order of their descriptors, and the cgroup: `fds` are the plan's from the
/// cgroup's directory on. In a user namespace the caller becomes its root. When the container sees the process, none is open
/// any more. False where the parent has to put it into the cgroup.
[[nodiscard]] bool join_container(const process::Channel& channel, const process::ExecPlan& plan,
                                  std::vector<UniqueFd> fds);

}  // namespace corten::init
