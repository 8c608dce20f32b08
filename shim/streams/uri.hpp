// SPDX-License-Identifier: Apache-2.0
// Where a client wants a stream to go: "/path/of/a/fifo", "file:///log" or "binary:///logger?key=value".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corten::shim {

struct Uri {
  std::string scheme;  // "fifo" where there is none
  std::string path;
  std::vector<std::pair<std::string, std::string>> arguments;
};

/// Escapes ("%20") are resolved. Throws Failure where one is broken.
[[nodiscard]] Uri parse_uri(std::string_view text);

}  // namespace corten::shim
