// SPDX-License-Identifier: Apache-2.0
// As much of TOML as a table of options is: lines "name = value", where a value is true, false, an integer or a string on one line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace corten::shim {

struct TomlLine {
  std::size_t number = 0;  // of the line, from 1 on
  std::string name;
  std::variant<bool, std::int64_t, std::string> value = false;
};

/// Throws Failure with the line where `text` has anything else but comments.
[[nodiscard]] std::vector<TomlLine> read_toml(std::string_view text);

}  // namespace corten::shim
