// SPDX-License-Identifier: Apache-2.0
// The stage of a new container puts itself where the container is to be: the new and joined namespaces and the cgroup.
#pragma once

#include "process/channel.hpp"
#include "process/plan.hpp"

namespace corten::process {

/// Whether the stage must be in the cgroup before it joins a namespace: in another user namespace it may have no right to
/// the cgroup any more, and in another cgroup namespace the way from its cgroup to this one is closed (nsdelegate).
[[nodiscard]] bool enters_cgroup_first(const NamespacesPlan& plan);

/// Receives a NamespacesPlan, and returns in a clone of the caller, a sibling, that is in the namespaces; its pid is said
/// over the channel. The caller ends. False where it is not in the cgroup, which the kernel may not be able to do: the parent
/// says `placed` then, after the plan.
[[nodiscard]] bool make_namespaces(const Channel& channel);

}  // namespace corten::process
