// SPDX-License-Identifier: Apache-2.0
#include "config/ids.hpp"

#include <fmt/core.h>

#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::config {
namespace {

/// The kernel reads the number with base 0: decimal, or with the prefix 0x or 0.
std::optional<std::uint32_t> parse_id(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) return parse_number<std::uint32_t>(text.substr(2), 16);
  const bool octal = text.size() > 1 && text.starts_with('0');
  return parse_number<std::uint32_t>(text, octal ? 8 : 10);
}

}  // namespace

void check_id(std::uint32_t id, std::string_view field) {
  if (id <= last_id) return;
  throw Error{fmt::format("{}: {} is no id: the highest is {}", field, id, last_id)};
}

void check_user(const spec::User& user, std::string_view field) {
  // The texts are made for an error only.
  if (user.uid > last_id) check_id(user.uid, fmt::format("{}.uid", field));
  if (user.gid > last_id) check_id(user.gid, fmt::format("{}.gid", field));
  for (std::size_t i = 0; i < user.additional_gids.size(); ++i) {
    if (user.additional_gids[i] > last_id) {
      check_id(user.additional_gids[i], fmt::format("{}.additionalGids[{}]", field, i));
    }
  }
}

void check_owner_options(std::string_view type, const std::vector<std::string>& options, std::string_view field) {
  if (type != "tmpfs" && type != "devpts") return;
  for (std::size_t i = 0; i < options.size(); ++i) {
    // One entry may hold several options, as mount(8) writes them.
    for (const auto option : split(options[i], ',')) {
      if (!option.starts_with("uid=") && !option.starts_with("gid=")) continue;
      const auto id = parse_id(option.substr(4));
      if (id && *id <= last_id) continue;
      throw Error{fmt::format("{}[{}]: {} is no id: the highest is {}", field, i, quote(option.substr(4)), last_id)};
    }
  }
}

}  // namespace corten::config
