// SPDX-License-Identifier: Apache-2.0
// Paths as texts, without a look at any file system.
#pragma once

#include <string>
#include <string_view>

namespace corten {

/// `path` without "//", "." and ".."; always absolute, and never above "/".
[[nodiscard]] std::string clean_path(std::string_view path);

}  // namespace corten
