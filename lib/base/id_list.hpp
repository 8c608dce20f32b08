// SPDX-License-Identifier: Apache-2.0
// Lists of CPUs or memory nodes, as the kernel writes them: "0-3,7".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace corten {

/// The list as a bit mask in 64-bit words, no longer than needed. Throws an Error that says what is wrong with it.
[[nodiscard]] std::vector<std::uint64_t> parse_id_list(std::string_view text);

}  // namespace corten
