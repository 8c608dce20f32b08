// SPDX-License-Identifier: Apache-2.0
// Small text helpers: strict numbers, splitting; with corten/text.hpp quoting, and what is shown of text of strangers.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "corten/text.hpp"

namespace corten {

/// The whole of `text` as a number, or nothing: no sign where unsigned, no blanks, no rest (CVE-2026-30892 was an atoi).
template <std::integral Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, base);
  if (text.empty() || result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

/// The pieces between separators; an empty text has one empty piece.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

[[nodiscard]] std::string join(const std::vector<std::string>& pieces, std::string_view separator);

[[nodiscard]] std::string_view trim(std::string_view text);

[[nodiscard]] std::string to_lower(std::string_view text);

/// Seconds since 1970 as "2026-11-24T09:30:00", UTC. libc's gmtime would read /etc/localtime for it.
[[nodiscard]] std::string utc_time(std::int64_t seconds);

}  // namespace corten
