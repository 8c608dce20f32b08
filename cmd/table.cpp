// SPDX-License-Identifier: Apache-2.0
#include "cmd/table.hpp"

#include <algorithm>
#include <string_view>

namespace corten::cmd {
namespace {

/// In characters: bytes that do not continue a UTF-8 sequence.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string format_table(const std::vector<Row>& rows, std::size_t minimum, std::size_t padding) {
  if (rows.empty()) return {};
  const auto last = rows.front().size() - 1;
  std::vector<std::size_t> widths(last, minimum);
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < last; ++column) {
      widths[column] = std::max(widths[column], width(row[column]) + padding);
    }
  }
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
