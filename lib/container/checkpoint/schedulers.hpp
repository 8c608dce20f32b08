// SPDX-License-Identifier: Apache-2.0
// Scheduling policies that a checkpoint loses.
#pragma once

#include <sys/types.h>

#include <vector>

namespace corten::container {

/// Throws where a thread of `processes` has SCHED_DEADLINE: CRIU (4.2.1) saves it, and every restore of the images fails.
void check_schedulers(const std::vector<pid_t>& processes);

}  // namespace corten::container
