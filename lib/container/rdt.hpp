// SPDX-License-Identifier: Apache-2.0
// The Intel RDT group of a container.
#pragma once

#include <optional>
#include <string>

#include "corten/usage.hpp"
#include "rdt/resctrl.hpp"
#include "spec/config.hpp"
#include "spec/saved_state.hpp"

namespace corten::container {

struct RdtPlacement {
  std::string root;
  rdt::Plan plan;
  rdt::Group group;
};

/// The group of a new container. Throws for what the machine does not have.
[[nodiscard]] RdtPlacement place_rdt(const spec::IntelRdt& wanted, const std::string& id);

/// Moves the first process into the group.
void enter_rdt(const std::optional<RdtPlacement>& placement, pid_t pid);

/// The group that `saved` names; its path is empty where there is none.
[[nodiscard]] rdt::Group rdt_group(const spec::SavedState& saved);

/// Checks new schemata, either of which may be empty, against the machine and the container.
void check_schemata(const spec::SavedState& saved, const std::string& cache, const std::string& bandwidth);

/// Empty where the container has no group.
[[nodiscard]] resources::RdtStatistics rdt_statistics(const spec::SavedState& saved);

}  // namespace corten::container
