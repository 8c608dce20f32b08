// SPDX-License-Identifier: Apache-2.0
// The first steps of an init stage: it enters its cgroup and takes the cgroup's CPUs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "process/handover.hpp"

namespace corten::init {

inline constexpr mode_t default_umask = 0022;

/// Writes "0" to each file: a single-threaded process that moves itself by a v1 `tasks` file skips the RCU wait of
/// cgroup.procs (Linux 5.17).
void join_cgroups(const process::TasksFiles& files);

/// Replaces the caller's CPU affinity: by `mask`, or where that is empty by all CPUs of the cpuset.
void reset_affinity(const std::vector<std::uint64_t>& mask);

}  // namespace corten::init
