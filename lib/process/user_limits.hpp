// SPDX-License-Identifier: Apache-2.0
// Resource limits that count for a user, not for a process: a user namespace has some of its own.
#pragma once

#include <vector>

#include "process/plan.hpp"

namespace corten::process {

/// Those of a process's limits that do.
[[nodiscard]] std::vector<Rlimit> limits_of_users(std::vector<Rlimit> limits);

/// Raises the calling process's soft limits, before it makes a user namespace: the kernel notes them with that, and none of its
/// processes gets beyond (Linux 5.14, set_userns_rlimit_max()). Without the right to raise a hard limit, the soft one is raised
/// up to it.
void raise_limits(const std::vector<Rlimit>& limits);

}  // namespace corten::process
