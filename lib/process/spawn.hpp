// SPDX-License-Identifier: Apache-2.0
// The parent has a stage become a container's init: by clone3(2) into the new and joined namespaces and the cgroup.
#pragma once

#include <sys/types.h>

#include <functional>

#include "process/handover.hpp"
#include "process/stage.hpp"

namespace corten::process {

/// Writes the id maps of a process in its new user namespace.
using MapIds = std::function<void(pid_t)>;

/// Sends the request. Unless init waits for id maps, the plan may be sent before await_init() returns.
void ask_for_init(Stage& stage, const NamespaceRequest& request);

/// Returns once the stage's clone is in its namespaces and waits for its plan: stage.pid() from here on. `map_ids` is called
/// for each new user namespace.
[[nodiscard]] CloneReport await_init(Stage& stage, const MapIds& map_ids);

}  // namespace corten::process
