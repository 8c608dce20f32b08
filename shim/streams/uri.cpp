// SPDX-License-Identifier: Apache-2.0
#include "shim/streams/uri.hpp"

#include <fmt/core.h>

#include <cstdint>

#include "base/text.hpp"
#include "shim/failure.hpp"

namespace corten::shim {
namespace {

std::string unescaped(std::string_view text, bool plus_is_blank) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && plus_is_blank) {
      result += ' ';
    } else if (text[at] == '%') {
      const auto value = parse_number<std::uint8_t>(text.substr(at + 1, 2), 16);
      if (!value || text.size() - at < 3) {
        throw Failure{Code::invalid_argument, fmt::format("invalid URL escape in {}", quote(text))};
      }
      result += static_cast<char>(*value);
      at += 2;
    } else {
      result += text[at];
    }
  }
  return result;
}

}  // namespace

Uri parse_uri(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return {"fifo", std::string{text}, {}};
  Uri uri{std::string{text.substr(0, colon)}, {}, {}};
  text.remove_prefix(colon + 3);
  const auto question = text.find('?');
  auto path = text.substr(0, question);
  // Between the slashes there would be a host, which means nothing here.
  path.remove_prefix(std::min(path.find('/'), path.size()));
  uri.path = unescaped(path, false);
  if (question == std::string_view::npos) return uri;
  for (const auto pair : split(text.substr(question + 1), '&')) {
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    uri.arguments.emplace_back(unescaped(pair.substr(0, equals), true), unescaped(value, true));
  }
  return uri;
}

}  // namespace corten::shim
