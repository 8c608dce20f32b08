// SPDX-License-Identifier: Apache-2.0
// Strict numbers, and tables of words.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace corten::cmd {

/// The whole of `text` as a number, or nothing: no sign where unsigned, no blanks, no rest.
template <std::integral Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, base);
  if (text.empty() || result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

[[nodiscard]] inline std::string to_lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

template <class Value>
struct Word {
  std::string_view name;
  Value value;
};

/// The value of the word `name`, or nothing.
template <class Value, std::size_t size>
[[nodiscard]] constexpr std::optional<Value> find_word(const std::array<Word<Value>, size>& words,
                                                       std::string_view name) {
  for (const auto& word : words) {
    if (word.name == name) return word.value;
  }
  return std::nullopt;
}

}  // namespace corten::cmd
