// SPDX-License-Identifier: Apache-2.0
// Into the namespaces of a running container, and on in a clone of the stage.
#pragma once

#include <cstdint>
#include <span>

#include "base/unique_fd.hpp"
#include "process/channel.hpp"
#include "process/plan.hpp"
#include "sys/clone.hpp"

namespace corten::process {

/// The rest of the work goes on in a clone of this process, whose pid is said over the channel; this process ends. `born` is
/// what is to be said besides. With `request.sibling` the clone is a child of this process's parent. Returns whether
/// it is in the cgroup that was asked for.
bool continue_in_clone(const Channel& channel, const sys::CloneRequest& request, Born born);

/// So many clones go on in place of the stage: one to be in the pid namespace and the cgroup; or one for the cgroup first,
/// where a user namespace is joined, whose root may have no right to it.
[[nodiscard]] unsigned clones_of_exec(const ExecPlan& plan);

/// Enters the container's namespaces, in the order of their descriptors, and the cgroup: `fds` are the plan's from the
/// cgroup's directory on. In a user namespace the caller becomes its root. False where the parent has to put it into the
/// cgroup.
[[nodiscard]] bool join_container(const Channel& channel, const ExecPlan& plan, std::span<const UniqueFd> fds);

}  // namespace corten::process
