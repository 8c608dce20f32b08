// SPDX-License-Identifier: Apache-2.0
// Builds a container's root file system as a Plan says. Init calls, in this order: prepare; (hooks); enter;
// mount_console where a terminal is wanted; finish. The rootfs is hostile: it is only reached through descriptors.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "base/unique_fd.hpp"

namespace corten::rootfs {

/// Asks the parent for the source of plan.mounts[index], which answers with open_source(). Called for id-mapped mounts,
/// and for bind sources that init cannot reach from inside a user namespace. Called when its
/// turn has come: a source may be on a mount that an earlier step made.
using SourceRequest = std::function<UniqueFd(std::size_t index)>;

/// What init keeps between the steps.
struct State {
  UniqueFd root;                        // O_PATH
  UniqueFd dev;                         // the container's /dev, where one was set up
  std::vector<UniqueFd> make_readonly;  // mounts that become read-only in the end
  UniqueFd descriptors;                 // the host's /proc/self/fd, where only mount(2) is available
};

}  // namespace corten::rootfs
