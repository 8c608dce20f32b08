// SPDX-License-Identifier: Apache-2.0
#include "cmd/table.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace corten::cmd {
namespace {

/// In characters: bytes that do not continue a UTF-8 sequence.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Of all columns but the last.
std::vector<std::size_t> widths_of(const std::vector<Row>& rows, std::size_t minimum, std::size_t padding) {
  std::vector<std::size_t> widths(rows.front().size() - 1, minimum);
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < widths.size(); ++column) {
      widths[column] = std::max(widths[column], width(row[column]) + padding);
    }
  }
  return widths;
}

}  // namespace

std::size_t width_of(const std::vector<Row>& rows, std::size_t padding) {
  const auto widths = widths_of(rows, 0, padding);
  return std::accumulate(widths.begin(), widths.end(), std::size_t{0});
}

std::string format_table(const std::vector<Row>& rows, std::size_t minimum, std::size_t padding) {
  if (rows.empty()) return {};
  const auto last = rows.front().size() - 1;
  const auto widths = widths_of(rows, minimum, padding);
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < last; ++column) {
      out.append(row[column]).append(widths[column] - width(row[column]), ' ');
    }
    out.append(row[last]).push_back('\n');
  }
  return out;
}

}  // namespace corten::cmd
