// SPDX-License-Identifier: Apache-2.0
// The texts of /etc/passwd and /etc/group, which may be hostile: passwd(5), group(5). Lines that are no entries are passed over. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace corten::users {

/// The next number is -1 to the kernel, which takes it for "leave unchanged".
inline constexpr std::uint32_t last_id = 4294967294;

/// A line of /etc/passwd; the texts are pieces of it.
struct UserEntry {
  std::string_view name;
  std::uint32_t uid = 0, gid = 0;
  std::string_view comment, home, shell;  // empty where the line ends before
};

/// A line of /etc/group.
struct GroupEntry {
  std::string_view name;
  std::uint32_t gid = 0;
  std::string_view members;  // names with commas between them

  [[nodiscard]] bool has_member(std::string_view user) const;
  [[nodiscard]] std::vector<std::string_view> member_names() const;
};

/// Nothing where the line is empty, a comment, one of NIS ("+name"), or has no name or no ids.
[[nodiscard]] std::optional<UserEntry> parse_user(std::string_view line);
[[nodiscard]] std::optional<GroupEntry> parse_group(std::string_view line);

/// What somebody writes for a user or group: a text of digits is an id, all else a name.
struct Who {
  std::string_view name;
  std::optional<std::uint32_t> id;
};

/// Throws Error where `text` is empty, or a number that is no id. `what` is "user" or "group".
[[nodiscard]] Who parse_who(std::string_view text, std::string_view what);

/// The first entry for it.
[[nodiscard]] std::optional<UserEntry> find_user(std::string_view passwd, const Who& who);
[[nodiscard]] std::optional<GroupEntry> find_group(std::string_view groups, const Who& who);

/// The ids of the groups that have `user` as a member, each once, in the order of the text.
[[nodiscard]] std::vector<std::uint32_t> groups_with(std::string_view groups, std::string_view user);

}  // namespace corten::users
