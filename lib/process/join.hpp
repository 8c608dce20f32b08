// SPDX-License-Identifier: Apache-2.0
// Into the namespaces of a running container.
#pragma once

#include <cstdint>
#include <span>

#include "base/unique_fd.hpp"
#include "process/channel.hpp"

namespace corten::process {

/// Joins `flags`: by one setns(2) where the only descriptor is a pidfd (Linux 5.8), else by one a descriptor, in the
/// order given. In a user namespace the caller becomes its root.
void join_namespaces(std::span<const UniqueFd> fds, std::uint64_t flags);

/// A pid namespace is only entered by children: with CLONE_NEWPID in `flags` the rest of the work goes on in a clone, a
/// sibling of this process, whose pid is said over the channel; this process ends.
void continue_in_pid_namespace(const Channel& channel, std::uint64_t flags);

}  // namespace corten::process
