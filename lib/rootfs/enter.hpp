// SPDX-License-Identifier: Apache-2.0
// Makes the container's root the process's own.
#pragma once

#include "rootfs/plan.hpp"
#include "rootfs/state.hpp"

namespace corten::rootfs {

/// chdir to the new root, as the createContainer hooks expect it.
void enter_directory(const State& state);

/// Makes the new root "/": pivot_root, or MS_MOVE and chroot, or chroot; then "/" gets its propagation, the standard
/// streams that are the host's /dev/null become the container's, and the working directory is made if missing.
void enter(const Plan& plan, State& state);

}  // namespace corten::rootfs
