// SPDX-License-Identifier: Apache-2.0
#include "users/resolve.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "users/entries.hpp"

namespace corten::users {
namespace {

/// The id of a group that was asked for.
std::uint32_t group_id(std::string_view text, std::string_view groups) {
  const auto who = parse_who(text, "group");
  if (who.id) return *who.id;
  if (const auto entry = find_group(groups, who)) return entry->gid;
  throw Error{fmt::format("the group {} is not in /etc/group", quote(text)), ErrorKind::not_found};
}

/// The entry of the user, whose ids and home go into `to`.
std::optional<UserEntry> take_user(std::string_view text, std::string_view passwd, Resolved& to) {
  const auto who = text.empty() ? Who{{}, to.uid} : parse_who(text, "user");
  auto entry = find_user(passwd, who);
  if (entry) {
    to.uid = entry->uid;
    to.gid = entry->gid;
    if (!entry->home.empty()) to.home = entry->home;
  } else if (!who.id) {
    throw Error{fmt::format("the user {} is not in /etc/passwd", quote(text)), ErrorKind::not_found};
  } else {
    to.uid = *who.id;
  }
  return entry;
}

}  // namespace

Resolved resolve(const Wanted& wanted, std::string_view passwd, std::string_view groups) {
  if (wanted.uid > last_id || wanted.gid > last_id) {
    throw Error{fmt::format("the highest id is {}", last_id), ErrorKind::invalid_argument};
  }
  const std::string_view text = wanted.user;
  const auto colon = text.find(':');
  Resolved resolved{wanted.uid, wanted.gid, {}, wanted.home};
  const auto entry = take_user(text.substr(0, colon), passwd, resolved);
  if (colon != std::string_view::npos) {
    resolved.gid = group_id(text.substr(colon + 1), groups);
  } else if (entry) {
    resolved.groups = groups_with(groups, entry->name);
  }
  for (const auto& name : wanted.groups) {
    const auto id = group_id(name, groups);
    if (std::ranges::find(resolved.groups, id) == resolved.groups.end()) resolved.groups.push_back(id);
  }
  if (resolved.groups.size() > most_groups) {
    throw Error{fmt::format("the user {} is in {} groups, a process can be in {}", resolved.uid, resolved.groups.size(),
                            most_groups),
                EINVAL};
  }
  return resolved;
}

}  // namespace corten::users
