// SPDX-License-Identifier: Apache-2.0
// Does not trust the cgroups in state.json: checks that each is a cgroup before anything there is written, killed or removed.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/unique_fd.hpp"
#include "cgroup/manager.hpp"

namespace corten::cgroup {

/// Why `path` cannot be a container's cgroup: reached through a symlink, not on a cgroup file system, or the root of one.
/// Nothing where it is fine, or not there.
[[nodiscard]] std::optional<std::string> why_no_cgroup(const std::string& path);

/// Throws "cgroup PATH of state.json ...: nothing is changed there" where one of `paths` is no cgroup.
void check_paths(const Paths& paths);

/// Opens an absolute path on which no symlink may lie (ELOOP); invalid with errno in `code` when that fails.
[[nodiscard]] UniqueFd try_open_without_links(const std::string& path, int flags, int& code);

/// `manager`, whose functions that change something throw where one of its paths is not a cgroup.
[[nodiscard]] std::unique_ptr<Manager> make_checked_manager(std::unique_ptr<Manager> manager);

}  // namespace corten::cgroup
