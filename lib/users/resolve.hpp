// SPDX-License-Identifier: Apache-2.0
// The ids of a process whose user and groups are given by name, from the texts of /etc/passwd and /etc/group. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corten::users {

/// The most groups that a process can be in: NGROUPS_MAX of the kernel.
inline constexpr std::size_t most_groups = 65536;

struct Wanted {
  std::string user;                 // "daemon", "1000", "daemon:users", "1000:100", ":users"; empty: `uid` and `gid`
  std::vector<std::string> groups;  // more of them, by name or id
  std::uint32_t uid = 0, gid = 0;   // where `user` does not say
  std::string home = "/";           // where /etc/passwd does not say
};

struct Resolved {
  std::uint32_t uid = 0, gid = 0;
  std::vector<std::uint32_t> groups;  // each once
  std::string home;
};

/// A group that is asked for takes the place of the user's own and of those that have the user as a member; `Wanted::groups` are
/// there in any case. An id need not have an entry, and is its own then. Throws Error: not_found for a name without an
/// entry, invalid_argument for what is neither a name nor an id.
[[nodiscard]] Resolved resolve(const Wanted& wanted, std::string_view passwd, std::string_view groups);

}  // namespace corten::users
