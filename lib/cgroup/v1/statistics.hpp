// SPDX-License-Identifier: Apache-2.0
// What the v1 hierarchies tell of a cgroup.
#pragma once

#include <string>
#include <vector>

#include "cgroup/statistics.hpp"

namespace corten::cgroup {

/// Fills in what the files in `paths` hold.
void read_legacy(const Paths& paths, const std::vector<std::string>& page_sizes, resources::Statistics& statistics);

}  // namespace corten::cgroup
