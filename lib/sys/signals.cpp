// SPDX-License-Identifier: Apache-2.0
#include "sys/signals.hpp"

#include <fmt/core.h>

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/unknown_name.hpp"

namespace corten::sys {
namespace {

/// "RTMIN", "RTMIN+n", "RTMAX" or "RTMAX-n". The numbers are the C library's, which keeps some for itself.
std::optional<int> real_time_signal(std::string_view name) {
  const bool from_first = name.starts_with("RTMIN");
  if (!from_first && !name.starts_with("RTMAX")) return std::nullopt;
  const int base = from_first ? SIGRTMIN : SIGRTMAX;
  const auto rest = name.substr(5);
  if (rest.empty()) return base;
  const auto offset = rest[0] == (from_first ? '+' : '-') ? parse_number<unsigned>(rest.substr(1)) : std::nullopt;
  if (!offset || *offset > static_cast<unsigned>(SIGRTMAX - SIGRTMIN)) return std::nullopt;
  return from_first ? base + static_cast<int>(*offset) : base - static_cast<int>(*offset);
}

std::string upper(std::string_view text) {
  std::string out{text};
  for (auto& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace

int parse_signal(std::string_view text) {
  if (const auto number = parse_number<int>(text)) {
    if (*number <= SIGRTMAX) return *number;
    throw Error{fmt::format("unknown signal {} (the last one is {})", quote(text), SIGRTMAX)};
  }
  const auto name = upper(text);
  const std::string_view bare = std::string_view{name}.substr(name.starts_with("SIG") ? 3 : 0);
  if (const auto number = signal_names.find(bare)) return *number;
  if (const auto number = real_time_signal(bare)) return *number;
  throw Error{"unknown signal " + quote(text) + did_you_mean(bare, signal_names.rows)};
}

}  // namespace corten::sys
