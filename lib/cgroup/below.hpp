// SPDX-License-Identifier: Apache-2.0
// Cgroups below a container's own, v2, that its process is moved to.
#pragma once

#include <sys/types.h>

#include <string>

#include "cgroup/manager.hpp"
#include "cgroup/plan.hpp"

namespace corten::cgroup {

/// Throws where there can be no cgroup below that of `plan`: without cgroups, and on v1.
void check_below(const Plan& plan);

/// Makes the cgroup `below` the one at `paths`, moves process `pid` there, and has the controllers enabled on the way. It is the
/// owner's, where `plan` has one. A whole container is below its own cgroup, so that its limits are for what is there.
void move_below(const Plan& plan, const Paths& paths, const std::string& below, pid_t pid);

}  // namespace corten::cgroup
