// SPDX-License-Identifier: Apache-2.0
// --no-pivot: for hosts whose root is a ramfs, which pivot_root(2) refuses.
#pragma once

#include "rootfs/plan.hpp"
#include "rootfs/state.hpp"

namespace corten::rootfs {

/// Moves the rootfs on top of "/". The caller is in it, and does chroot next.
void move_root(const Plan& plan, const State& state);

}  // namespace corten::rootfs
