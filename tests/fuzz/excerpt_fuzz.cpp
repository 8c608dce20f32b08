// SPDX-License-Identifier: Apache-2.0
// What a hook or a container says, in whatever pieces it comes: kept up to a limit, and shown so that no terminal obeys it.
#include <algorithm>
#include <corten/text.hpp>

#include "input.hpp"

namespace {

using namespace corten;
using namespace corten::fuzz;

/// Control characters but newline and tab, and those that UTF-8 has beyond ASCII.
bool obeys(std::string_view text) {
  const auto control = [](char c) { return (c >= 0 && c < ' ' && c != '\n' && c != '\t') || c == 0x7f; };
  if (std::ranges::any_of(text, control)) return true;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (is_c1_control(text.substr(i, 2))) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input{data, size};
  const std::size_t limit = 2 + input.number(64);
  Excerpt pieces{limit};
  std::string whole;
  while (!input.empty()) {
    const auto piece = input.text(40);
    pieces.append(piece);
    whole += piece;
  }
  constexpr std::size_t longest_note = 64;  // "[... N bytes left out ...]"
  require(pieces.text() == excerpt(whole, limit));
  require(whole.size() > limit || pieces.text() == whole);
  require(pieces.text().size() <= limit + longest_note);

  const auto shown = printable(whole);
  require(!obeys(shown) && printable(shown) == shown);
  return 0;
}
