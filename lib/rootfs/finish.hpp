// SPDX-License-Identifier: Apache-2.0
// The last steps, inside the new root: what becomes read-only, what is masked, which kernel parameters are set.
#pragma once

#include "rootfs/plan.hpp"
#include "rootfs/state.hpp"

namespace corten::rootfs {

/// In this order: read-only remounts and root (in a mount namespace of its own only), plan.sysctl through a procfs that was
/// checked to be one, read-only paths, masked paths. (runc sets hostname, domainname and the AppArmor profile between the
/// first two and the last two; neither order shows.)
void finish(const Plan& plan, State& state);

}  // namespace corten::rootfs
