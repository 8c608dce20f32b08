// SPDX-License-Identifier: Apache-2.0
// From limits to the v1 files that hold them: pure.
#pragma once

#include <vector>

#include "cgroup/limits.hpp"

namespace corten::cgroup {

/// What must be there before a process enters (cpuset, realtime). Throws for values that no kernel takes.
[[nodiscard]] std::vector<Write> plan_legacy_entry(const Resources& resources);

/// All other limits but devices, in runc's order.
[[nodiscard]] std::vector<Write> plan_legacy(const Resources& resources);

}  // namespace corten::cgroup
