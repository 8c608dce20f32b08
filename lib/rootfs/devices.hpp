// SPDX-License-Identifier: Apache-2.0
// The container's /dev.
#pragma once

#include "rootfs/builder.hpp"

namespace corten::rootfs {

/// Device nodes, links and ptmx in the container's /dev.
void set_up_dev(const Builder& builder);

}  // namespace corten::rootfs
