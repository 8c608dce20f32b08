// SPDX-License-Identifier: Apache-2.0
// A bind whose source is a symbolic link (runtime-spec: copy-symlink).
#pragma once

#include <cstddef>

#include "rootfs/builder.hpp"

namespace corten::rootfs {

/// Where the source of step `index` is a symbolic link: makes that link at the destination, or finds it there, and returns
/// true. Throws where something else is there.
[[nodiscard]] bool copy_symlink(const Builder& builder, std::size_t index);

}  // namespace corten::rootfs
