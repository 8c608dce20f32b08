// SPDX-License-Identifier: Apache-2.0
#include "cmd/groups.hpp"

#include <fmt/core.h>

#include "cmd/error.hpp"

namespace corten::cmd {

std::vector<gid_t> groups_of(const std::vector<std::int64_t>& numbers) {
  constexpr std::int64_t last = 4294967294;  // the next number is -1 to the kernel, "leave unchanged"
  std::vector<gid_t> groups;
  for (const auto gid : numbers) {
    if (gid < 0) throw Error{fmt::format("additional-gids must be a positive number {}", gid)};
    if (gid > last) throw Error{fmt::format("additional-gids: {} is no id: the highest is {}", gid, last)};
    groups.push_back(static_cast<gid_t>(gid));
  }
  return groups;
}

}  // namespace corten::cmd
