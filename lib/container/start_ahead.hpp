// SPDX-License-Identifier: Apache-2.0
// Starts the init stage of a container or an exec before the configuration is read.
#pragma once

#include <memory>

#include "api/container.hpp"
#include "process/plan.hpp"
#include "process/stage.hpp"
#include "process/stage_command.hpp"

namespace corten::container {

/// `kind` is one of process::stage_kind. The stage gets the descriptors that `options` passes.
[[nodiscard]] std::shared_ptr<process::Stage> start_stage(const char* kind, const Settings& settings,
                                                          const StdioOptions& options);

/// Whether init may execute the process without waiting for the parent: there is no pidfd to pass on, no notify listener, and
/// no terminal (setting its size would signal a running process).
[[nodiscard]] bool execs_without_ack(const StdioOptions& options, const process::Launch& launch);

}  // namespace corten::container
