// SPDX-License-Identifier: Apache-2.0
#include "base/unknown_name.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace corten {

void throw_unknown(const char* format, std::string_view word, Names known, std::size_t index) {
  auto text = fmt::vformat(format, fmt::make_format_args(word, index));
  if (const auto meant = did_you_mean(word, known); !meant.empty()) throw Error{text + meant};
  text += " (known are ";
  for (std::size_t at = 0; at < known.size(); ++at) text.append(at == 0 ? "" : ", ").append(known[at]);
  throw Error{text + ")"};
}

}  // namespace corten
