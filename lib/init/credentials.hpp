// SPDX-License-Identifier: Apache-2.0
// Who a process is: its user, groups and capabilities, and the working directory that depends on them.
#pragma once

#include <cstdint>

#include "process/plan.hpp"

namespace corten::init {

/// Gives up the capabilities that neither the process nor become_user() and what comes before it take; `keep` are further ones
/// to stay. The process of a container that may trace, once it sees this one, could use them. (A resource limit that is
/// raised is the parent's to set: see set_rlimits().)
void keep_needed_capabilities(const process::Launch& launch, std::uint64_t keep);

/// From root of the container's namespaces to launch.user with launch.capabilities, in launch.cwd. `keep` are further
/// capabilities to stay effective until set_final_capabilities().
void become_user(const process::Launch& launch, std::uint64_t keep);

/// The capabilities as the spec wants them, checked.
void set_final_capabilities(const process::Launch& launch);

}  // namespace corten::init
