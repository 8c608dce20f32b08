// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4), for the names of sockets: paths and ids of any length become names of one.
#pragma once

#include <string>
#include <string_view>

namespace corten::shim {

/// In hexadecimal.
[[nodiscard]] std::string sha256(std::string_view text);

}  // namespace corten::shim
