// SPDX-License-Identifier: Apache-2.0
// Where in the container's cgroup an exec'ed process goes: `exec --cgroup`.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "cgroup/manager.hpp"

namespace corten::container {

/// "PATH" for all controllers, or "controller[,controller]:PATH", as often as wanted; never above the container's own.
[[nodiscard]] cgroup::SubPaths parse_exec_cgroups(const std::vector<std::string>& options);

/// The way in: where the options say, or else the container's cgroup, or where its init is now should that be gone.
[[nodiscard]] cgroup::Entry exec_entry(const cgroup::Manager& manager, const std::vector<std::string>& options,
                                       pid_t init);

}  // namespace corten::container
