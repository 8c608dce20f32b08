// SPDX-License-Identifier: Apache-2.0
#include "base/id_list.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten {
namespace {

constexpr std::uint32_t most = 8192;  // NR_CPUS of the largest kernel; far above any count of memory nodes

void set_range(std::vector<std::uint64_t>& mask, std::uint32_t first, std::uint32_t last) {
  if (mask.size() <= last / 64) mask.resize(last / 64 + 1);
  for (auto id = first; id <= last; ++id) mask[id / 64] |= std::uint64_t{1} << (id % 64);
}

}  // namespace

std::vector<std::uint64_t> parse_id_list(std::string_view text) {
  std::vector<std::uint64_t> mask;
  for (const auto raw : split(text, ',')) {
    const auto piece = trim(raw);
    if (piece.empty()) continue;
    const auto dash = piece.find('-');
    const auto first = parse_number<std::uint32_t>(trim(piece.substr(0, dash)));
    const auto last =
        dash == std::string_view::npos ? first : parse_number<std::uint32_t>(trim(piece.substr(dash + 1)));
    if (!first || !last) throw Error{fmt::format("{} is no number or range of numbers", quote(piece))};
    if (*first > *last) throw Error{fmt::format("the range {} ends before it starts", quote(piece))};
    if (*last >= most) throw Error{fmt::format("{} is beyond {}, the highest number possible", *last, most - 1)};
    set_range(mask, *first, *last);
  }
  if (mask.empty()) throw Error{fmt::format("the list {} names nothing", quote(text))};
  return mask;
}

}  // namespace corten
