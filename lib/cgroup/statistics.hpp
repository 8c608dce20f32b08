// SPDX-License-Identifier: Apache-2.0
// What a cgroup has used so far.
#pragma once

#include <string>
#include <vector>

#include "cgroup/manager.hpp"
#include "corten/usage.hpp"

namespace corten::cgroup {

/// Reads all of it but `rdt`. Files that are not there (a controller that is off, an older kernel) are left out.
[[nodiscard]] resources::Statistics read_statistics(const Paths& paths);

/// The page sizes of this machine as cgroup files name them: "64KB", "2MB", "1GB".
[[nodiscard]] std::vector<std::string> hugepage_sizes();

}  // namespace corten::cgroup
