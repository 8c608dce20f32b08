// SPDX-License-Identifier: Apache-2.0
#include "users/entries.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::users {
namespace {

/// Takes the text up to the next `separator`, or all of it, from the front of `rest`.
std::string_view take(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto piece = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return piece;
}

std::optional<std::uint32_t> parse_id(std::string_view text) {
  const auto id = parse_number<std::uint32_t>(text);
  return id && *id <= last_id ? id : std::nullopt;
}

/// "#" comments a line out for the tools that write these files; "+" and "-" ask name services.
bool is_name(std::string_view name) { return !name.empty() && name[0] != '#' && name[0] != '+' && name[0] != '-'; }

/// The line without blanks around it; empty where it holds a NUL, which would end a C text in its middle.
std::string_view usable(std::string_view line) {
  return line.find('\0') == std::string_view::npos ? trim(line) : std::string_view{};
}

bool fits(const Who& who, std::string_view name, std::uint32_t id) { return who.id ? *who.id == id : who.name == name; }

}  // namespace

bool GroupEntry::has_member(std::string_view user) const {
  for (auto rest = members; !rest.empty();) {
    if (trim(take(rest, ',')) == user) return true;
  }
  return false;
}

std::vector<std::string_view> GroupEntry::member_names() const {
  std::vector<std::string_view> names;
  for (auto rest = members; !rest.empty();) {
    if (const auto member = trim(take(rest, ',')); !member.empty()) names.push_back(member);
  }
  return names;
}

std::optional<UserEntry> parse_user(std::string_view line) {
  auto rest = usable(line);
  UserEntry entry;
  entry.name = take(rest, ':');
  take(rest, ':');  // the password, or "x"
  const auto uid = parse_id(take(rest, ':'));
  const auto gid = parse_id(take(rest, ':'));
  if (!is_name(entry.name) || !uid || !gid) return std::nullopt;
  entry.uid = *uid;
  entry.gid = *gid;
  entry.comment = take(rest, ':');
  entry.home = take(rest, ':');
  entry.shell = take(rest, ':');
  return entry;
}

std::optional<GroupEntry> parse_group(std::string_view line) {
  auto rest = usable(line);
  GroupEntry entry;
  entry.name = take(rest, ':');
  take(rest, ':');
  const auto gid = parse_id(take(rest, ':'));
  if (!is_name(entry.name) || !gid) return std::nullopt;
  entry.gid = *gid;
  entry.members = take(rest, ':');
  return entry;
}

Who parse_who(std::string_view text, std::string_view what) {
  if (text.empty()) throw Error{fmt::format("the name of a {} is empty", what), ErrorKind::invalid_argument};
  const bool number = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!number) return {text, std::nullopt};
  const auto id = parse_id(text);
  if (!id) {
    throw Error{fmt::format("{} {}: the highest id is {}", what, text, last_id), ErrorKind::invalid_argument};
  }
  return {{}, id};
}

std::optional<UserEntry> find_user(std::string_view passwd, const Who& who) {
  while (!passwd.empty()) {
    const auto entry = parse_user(take(passwd, '\n'));
    if (entry && fits(who, entry->name, entry->uid)) return entry;
  }
  return std::nullopt;
}

std::optional<GroupEntry> find_group(std::string_view groups, const Who& who) {
  while (!groups.empty()) {
    const auto entry = parse_group(take(groups, '\n'));
    if (entry && fits(who, entry->name, entry->gid)) return entry;
  }
  return std::nullopt;
}

std::vector<std::uint32_t> groups_with(std::string_view groups, std::string_view user) {
  std::vector<std::uint32_t> ids;
  std::unordered_set<std::uint32_t> seen;
  while (!groups.empty()) {
    const auto entry = parse_group(take(groups, '\n'));
    if (entry && entry->has_member(user) && seen.insert(entry->gid).second) ids.push_back(entry->gid);
  }
  return ids;
}

}  // namespace corten::users
