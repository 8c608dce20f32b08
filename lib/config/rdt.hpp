// SPDX-License-Identifier: Apache-2.0
// From linux.intelRdt to its plan. Pure.
#pragma once

#include <string>

#include "rdt/plan.hpp"
#include "spec/config.hpp"

namespace corten::config {

/// Throws "invalid intelRdt.ClosID ..." for one that is no name of a directory.
[[nodiscard]] rdt::Plan plan_rdt(const spec::IntelRdt& wanted, const std::string& id);

}  // namespace corten::config
