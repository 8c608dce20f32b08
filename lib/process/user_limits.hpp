// SPDX-License-Identifier: Apache-2.0
// Resource limits that count per user and user namespace, not per process (RLIMIT_NPROC and others).
#pragma once

#include <vector>

#include "process/plan.hpp"

namespace corten::process {

/// Those of `limits` that count per user.
[[nodiscard]] std::vector<Rlimit> limits_of_users(std::vector<Rlimit> limits);

/// Raises the calling process's soft limits before it makes a user namespace, which keeps them as the bound for all its
/// processes (Linux 5.14, set_userns_rlimit_max()). A hard limit that may not be raised bounds the soft one.
void raise_limits(const std::vector<Rlimit>& limits);

}  // namespace corten::process
