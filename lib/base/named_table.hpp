// SPDX-License-Identifier: Apache-2.0
// Constant tables of names and values: parser, printer, `features` and tests read the same rows.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace corten {

template <class Value>
struct Named {
  std::string_view name;
  Value value;
};

template <class Value, std::size_t Size>
struct NamedTable {
  std::array<Named<Value>, Size> rows;

  [[nodiscard]] constexpr std::optional<Value> find(std::string_view name) const {
    if (name.empty()) return std::nullopt;
    for (const auto& row : rows) {
      // Most rows differ here already, and a start looks up some hundred names.
      if (row.name.size() != name.size() || row.name.front() != name.front()) continue;
      if (row.name == name) return row.value;
    }
    return std::nullopt;
  }

  /// The first name of `value`, or an empty view.
  [[nodiscard]] constexpr std::string_view name_of(const Value& value) const {
    for (const auto& row : rows) {
      if (row.value == value) return row.name;
    }
    return {};
  }
};

template <class Value, std::size_t Size>
constexpr NamedTable<Value, Size> named_table(const Named<Value> (&rows)[Size]) {
  return {std::to_array(rows)};
}

}  // namespace corten
