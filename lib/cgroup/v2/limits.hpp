// SPDX-License-Identifier: Apache-2.0
// From limits to the v2 files that hold them: pure.
#pragma once

#include <string_view>

#include "cgroup/limits.hpp"

namespace corten::cgroup {

/// In runc's order, `unified` last so that it wins. Throws for values that no kernel takes.
[[nodiscard]] LimitPlan plan_unified(const Resources& resources);

/// True when a limit is set that one of the controllers in `available` (space-separated) would enforce.
[[nodiscard]] bool needs_controllers(const LimitPlan& limits, std::string_view available);

/// True when a limit is set that a threaded v2 cgroup cannot have.
[[nodiscard]] bool needs_domain(const LimitPlan& limits);

}  // namespace corten::cgroup
