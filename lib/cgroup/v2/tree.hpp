// SPDX-License-Identifier: Apache-2.0
// What v2 asks of the cgroups above and of the owner before a cgroup can be used.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace corten::cgroup {

/// The controllers in `available` that `enabled` lacks; both are space-separated lists.
[[nodiscard]] std::vector<std::string> missing_controllers(std::string_view available, std::string_view enabled);

/// Lets cgroup `directory` below `mount` have all controllers that there are: limits may come later (`update`), and
/// engines read usage from them. Where a cgroup above cannot enable one, limits of that one fail when they are set.
/// With `domain` throws when `directory` is threaded, as its limits then cannot be; else makes an invalid one threaded.
void enable_controllers(const std::string& mount, const std::string& directory, bool domain);

/// Gives `directory` and those of its files that a delegate may write to user `owner`.
void delegate(const std::string& directory, uid_t owner);

}  // namespace corten::cgroup
