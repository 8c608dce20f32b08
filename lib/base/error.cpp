// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <cctype>
#include <cstring>

namespace corten {

std::string errno_text(int code) {
  std::string text =
      ::strerrordesc_np(code) != nullptr ? ::strerrordesc_np(code) : "unknown error " + std::to_string(code);
  // Go prints errno texts in lower case, and engines match them so. Its table keeps capitals that start
  // an abbreviation (as in "RFS specific error").
  if (text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) == 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

void throw_errno(std::string_view what, int code) {
  std::string message{what};
  message += ": ";
  message += errno_text(code);
  throw Error{std::move(message), code};
}

}  // namespace corten
