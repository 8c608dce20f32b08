// SPDX-License-Identifier: Apache-2.0
// The stage of a new container makes and joins the namespaces, and enters the cgroup.
#pragma once

#include "process/channel.hpp"
#include "process/handover.hpp"

namespace corten::init {

/// Whether the stage must be in the cgroup before it joins a namespace: in another user namespace it may have no right to
/// the cgroup any more, and in another cgroup namespace the way from its cgroup to this one is closed (nsdelegate).
[[nodiscard]] bool enters_cgroup_first(const process::NamespaceRequest& plan);

/// How far make_namespaces() has got.
struct Place {
  bool in_cgroup = true;   // else the parent sends `placed` after the plan
  UniqueFd pid_namespace;  // joined once the container's root is "/", so that no process in it sees the host's
  bool clones_into_pid_namespace = false;  // it has been joined, for the next clone
};

/// Receives a NamespaceRequest, and returns in a clone of the caller, a sibling, that is in the namespaces; its pid is said
/// over the channel. The caller ends.
[[nodiscard]] Place make_namespaces(const process::Channel& channel);

}  // namespace corten::init
