// SPDX-License-Identifier: Apache-2.0
// The container's /dev/null, which an image may have replaced (CVE-2025-31133, CVE-2026-88265).
#pragma once

#include "base/unique_fd.hpp"

namespace corten::rootfs {

/// Opens /dev/null inside `root` and throws unless it is the character device 1:3.
[[nodiscard]] UniqueFd open_dev_null(int root, int flags);

/// Standard streams that are a /dev/null become the one inside `root`.
void reopen_dev_null(int root);

}  // namespace corten::rootfs
