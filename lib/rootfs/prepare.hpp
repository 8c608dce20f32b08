// SPDX-License-Identifier: Apache-2.0
// The first steps, in the old root: mounts and devices below the new one.
#pragma once

#include "rootfs/plan.hpp"
#include "rootfs/state.hpp"

namespace corten::rootfs {

/// Everything up to the hooks: propagation, the rootfs bound to itself, all mounts, devices and links in /dev.
/// `request` may be empty where no mount can need it. A procfs shows `pid_namespace`; -1: the one that the caller is in.
[[nodiscard]] State prepare(const Plan& plan, const SourceRequest& request, int pid_namespace = -1);

}  // namespace corten::rootfs
