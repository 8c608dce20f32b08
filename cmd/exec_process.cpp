// SPDX-License-Identifier: Apache-2.0
#include "cmd/exec_process.hpp"

#include <fmt/core.h>

#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/ids.hpp"

namespace corten::cmd {
namespace {

std::uint32_t parse_id(std::string_view text, std::string_view what) {
  const auto id = parse_number<std::uint32_t>(text);
  if (!id) throw Error{fmt::format("bad {}: {} is not a number", what, quote(text))};
  config::check_id(*id, fmt::format("bad {}", what));
  return *id;
}

std::uint32_t check_group(std::int64_t gid) {
  if (gid < 0) throw Error{fmt::format("additional-gids must be a positive number {}", gid)};
  if (gid > config::last_id) {
    throw Error{fmt::format("additional-gids: {} is no id: the highest is {}", gid, config::last_id)};
  }
  return static_cast<std::uint32_t>(gid);
}

}  // namespace

config::ProcessChanges parse_changes(const ProcessOptions& options) {
  auto changes = options.changes;
  if (!options.user.empty()) {
    const std::string_view user = options.user;
    const auto colon = user.find(':');
    if (colon != std::string_view::npos) changes.gid = parse_id(user.substr(colon + 1), "gid");
    changes.uid = parse_id(user.substr(0, colon), "uid");
  }
  for (const auto gid : options.additional_gids) changes.additional_gids.push_back(check_group(gid));
  return changes;
}

}  // namespace corten::cmd
