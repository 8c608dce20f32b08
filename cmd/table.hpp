// SPDX-License-Identifier: Apache-2.0
// Columns of text, as Go's tabwriter sets them: padded with blanks, the last one as long as it is.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace corten::cmd {

using Row = std::vector<std::string>;

/// Each row as a line. A column is `padding` wider than its longest cell, and `minimum` at least; all rows have as many
/// cells as the first.
[[nodiscard]] std::string format_table(const std::vector<Row>& rows, std::size_t minimum, std::size_t padding);

/// The width of all columns but the last, with `padding` behind each.
[[nodiscard]] std::size_t width_of(const std::vector<Row>& rows, std::size_t padding);

}  // namespace corten::cmd
