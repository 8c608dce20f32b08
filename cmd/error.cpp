// SPDX-License-Identifier: Apache-2.0
#include "cmd/error.hpp"

#include <fmt/core.h>

#include <cctype>
#include <cstring>

namespace corten::cmd {

void throw_errno(std::string_view what, int number) {
  const char* const known = ::strerrordesc_np(number);
  std::string text = known != nullptr ? known : fmt::format("unknown error {}", number);
  // Go's table keeps capitals that start an abbreviation (as in "RFS specific error").
  if (text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) == 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  throw Error{fmt::format("{}: {}", what, text), number};
}

void throw_with_context(std::string_view step, const std::exception& error) {
  throw Error{fmt::format("{}: {}", step, error.what())};
}

}  // namespace corten::cmd
