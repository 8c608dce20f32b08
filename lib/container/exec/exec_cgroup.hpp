// SPDX-License-Identifier: Apache-2.0
// The cgroup of an exec'ed process: `exec --cgroup`.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "cgroup/manager.hpp"

namespace corten::container {

/// "PATH" for all controllers, or "controller[,controller]:PATH", as often as wanted; never above the container's own.
[[nodiscard]] cgroup::SubPaths parse_exec_cgroups(const std::vector<std::string>& options);

/// The entry to the cgroup that the options name, else to the container's, or where that is gone, to the one of its init.
[[nodiscard]] cgroup::Entry exec_entry(const cgroup::Manager& manager, const std::vector<std::string>& options,
                                       pid_t init);

}  // namespace corten::container
