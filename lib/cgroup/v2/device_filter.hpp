// SPDX-License-Identifier: Apache-2.0
// Puts a v2 cgroup's device rules in force.
#pragma once

#include <string>
#include <vector>

#include "cgroup/plan.hpp"

namespace corten::cgroup {

/// Makes `rules` the only device program of cgroup `directory`. With `replace` programs that are there already go;
/// a cgroup that was just made has none, and looking costs a system call.
void set_device_filter(const std::string& directory, const std::vector<DeviceRule>& rules, bool replace);

}  // namespace corten::cgroup
