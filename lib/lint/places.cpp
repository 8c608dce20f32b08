// SPDX-License-Identifier: Apache-2.0
#include "lint/places.hpp"

#include <algorithm>

namespace corten::lint {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view ends_of_words = " \t\r\n,:]}";

/// Behind the closing quote of the string that starts at `at`.
std::size_t after_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

}  // namespace

std::vector<Place> places_of(std::string_view text) {
  std::vector<Place> places;
  std::size_t name = std::string_view::npos;
  int depth = 0;
  for (auto at = text.find_first_not_of(blanks); at < text.size(); at = text.find_first_not_of(blanks, at)) {
    const char c = text[at];
    if (c == ',' || c == ':') {
      ++at;
      continue;
    }
    if (c == ']' || c == '}') {
      ++at;
      if (--depth == 0) break;
      continue;
    }
    const auto end = c == '"'               ? after_string(text, at)
                     : c == '[' || c == '{' ? at + 1
                                            : std::min(text.find_first_of(ends_of_words, at), text.size());
    const auto next = text.find_first_not_of(blanks, end);
    if (c == '"' && next != std::string_view::npos && text[next] == ':') {
      name = at;
    } else {
      places.push_back({name == std::string_view::npos ? at : name, at});
      name = std::string_view::npos;
    }
    if (c == '[' || c == '{') ++depth;
    if (depth == 0) break;  // what follows the document is none of it
    at = end;
  }
  return places;
}

LineColumn line_column(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto start = before.rfind('\n');
  return {static_cast<std::uint32_t>(1 + std::ranges::count(before, '\n')),
          static_cast<std::uint32_t>(before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1)};
}

}  // namespace corten::lint
