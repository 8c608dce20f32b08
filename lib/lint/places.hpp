// SPDX-License-Identifier: Apache-2.0
// Where the values of a JSON text are: JsonTree keeps what they are, and not where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace corten::lint {

/// Offsets into the text: of a value, and of the name in front of it (of one without a name: of itself).
struct Place {
  std::size_t name = 0, value = 0;
};

/// One for each value, in the order of the text, as JsonTree numbers them. `text` is one that JsonTree takes.
[[nodiscard]] std::vector<Place> places_of(std::string_view text);

struct LineColumn {
  std::uint32_t line = 1, column = 1;
  bool operator==(const LineColumn&) const = default;
};

/// Counted from 1; a column is a byte, as the parser counts them.
[[nodiscard]] LineColumn line_column(std::string_view text, std::size_t offset);

}  // namespace corten::lint
