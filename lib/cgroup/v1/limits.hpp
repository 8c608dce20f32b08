// SPDX-License-Identifier: Apache-2.0
// From limits to the v1 files that hold them: pure.
#pragma once

#include "cgroup/limits.hpp"

namespace corten::cgroup {

/// In runc's order. Throws for values that no kernel takes, and for v2's `unified`.
[[nodiscard]] LimitPlan plan_legacy(const Resources& resources);

}  // namespace corten::cgroup
