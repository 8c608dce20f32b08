// SPDX-License-Identifier: Apache-2.0
// Who a process is: its user, groups and capabilities, and the working directory that depends on them.
#pragma once

#include <cstdint>

#include "process/plan.hpp"

namespace corten::process {

/// From root of the container's namespaces to launch.user with launch.capabilities, in launch.cwd. `keep` are further
/// capabilities to stay effective until set_final_capabilities().
void become_user(const Launch& launch, std::uint64_t keep);

/// The capabilities as the spec wants them, checked.
void set_final_capabilities(const Launch& launch);

}  // namespace corten::process
