// SPDX-License-Identifier: Apache-2.0
// The process that a container or an exec begins with, started before it is known what it is to do.
#pragma once

#include <memory>

#include "corten/container.hpp"
#include "process/plan.hpp"
#include "process/stage.hpp"
#include "process/stage_command.hpp"

namespace corten::container {

/// Starts it, of one of process::stage_kind, with the descriptors that `options` passes; none else is inherited from here on.
[[nodiscard]] std::shared_ptr<process::Stage> start_stage(const char* kind, const StdioOptions& options);

/// Whether the parent has nothing to pass on before the process runs, such as a pidfd, the filter's listener, or a terminal,
/// whose size would be a change to a process that runs.
[[nodiscard]] bool execs_without_ack(const StdioOptions& options, const process::Launch& launch);

}  // namespace corten::container
