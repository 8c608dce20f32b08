// SPDX-License-Identifier: Apache-2.0
// User, groups and capabilities of a process, and the working directory, which needs their permissions.
#pragma once

#include <cstdint>

#include "process/plan.hpp"

namespace corten::init {

/// Drops the capabilities that neither the process nor the steps up to become_user() need, but for `keep`: a container that may
/// trace could use them once it sees this process. (The parent raises resource limits: see set_rlimits().)
void keep_needed_capabilities(const process::Launch& launch, std::uint64_t keep);

/// Turns root of the container's namespaces into launch.user with launch.capabilities, in launch.cwd. Leaves the additional
/// groups as they are unless `set_groups`. The capabilities `keep` stay effective until set_final_capabilities().
void become_user(const process::Launch& launch, bool set_groups, std::uint64_t keep);

/// Sets the capabilities of config.json, and checks them.
void set_final_capabilities(const process::Launch& launch);

}  // namespace corten::init
