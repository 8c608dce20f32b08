// SPDX-License-Identifier: Apache-2.0
// A tmpfs with the contents of the directory below it (tmpcopyup).
#pragma once

#include <string>

#include "base/unique_fd.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/target.hpp"

namespace corten::rootfs {

/// A tmpfs that starts with a copy of what its directory holds.
[[nodiscard]] UniqueFd mount_copied_tmpfs(const Builder& builder, const MountStep& step, const Target& target,
                                          const MountLabel& label);

}  // namespace corten::rootfs
