// SPDX-License-Identifier: Apache-2.0
// The limits that an update starts from.
#pragma once

#include "cgroup/manager.hpp"

namespace corten::cgroup {

/// `kept`, as state.json has it, with what the cgroup at `paths` holds instead: hooks, administrators and `unified` write to the
/// files of quota, period, memory and swap, too. A swap limit that is not the one kept is left out: an update of memory alone
/// leaves it alone then.
[[nodiscard]] Resources present_limits(const Paths& paths, Resources kept);

}  // namespace corten::cgroup
