// SPDX-License-Identifier: Apache-2.0
// The "cgroup" mount.
#pragma once

#include "rootfs/builder.hpp"

namespace corten::rootfs {

/// The "cgroup" mount, in whichever of its forms.
void apply_cgroup(const Builder& builder, const MountStep& step);

}  // namespace corten::rootfs
