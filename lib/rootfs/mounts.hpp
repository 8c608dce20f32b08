// SPDX-License-Identifier: Apache-2.0
// The mounts of config.json, one at a time.
#pragma once

#include <cstddef>

#include "rootfs/builder.hpp"

namespace corten::rootfs {

/// plan.mounts[index], with its name in errors.
void apply_mount(const Builder& builder, std::size_t index);

}  // namespace corten::rootfs
