// SPDX-License-Identifier: Apache-2.0
// Drops capabilities of this process.
#pragma once

#include <cstdint>

namespace corten::sys {

/// Bit n is capability n.
[[nodiscard]] constexpr std::uint64_t capability_bit(int capability) {
  return std::uint64_t{1} << static_cast<unsigned>(capability);
}

/// Gives up all that is not in `kept`, for good; what of `kept` this process does not have is passed over. The inheritable set
/// is empty afterwards. Returns 0, or -errno.
[[nodiscard]] int keep_capabilities(std::uint64_t kept);

}  // namespace corten::sys
