// SPDX-License-Identifier: Apache-2.0
// What the v2 files tell of a cgroup.
#pragma once

#include <string>
#include <vector>

#include "cgroup/statistics.hpp"

namespace corten::cgroup {

/// Fills in what the files in `directory` hold.
void read_unified(const std::string& directory, const std::vector<std::string>& page_sizes,
                  resources::Statistics& statistics);

}  // namespace corten::cgroup
