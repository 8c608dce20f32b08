// SPDX-License-Identifier: Apache-2.0
// What the parent does for a stage, be it a new container's or an exec's, until the process is ready.
#pragma once

#include <sys/types.h>

#include <functional>
#include <vector>

#include "container/seccomp.hpp"
#include "container/streams/stdio.hpp"
#include "process/plan.hpp"
#include "process/stage.hpp"
#include "spec/state.hpp"

namespace corten::container {

struct StageServices {
  process::Stage& stage;
  Stdio& stdio;
  const SeccompAgent& agent;
  const std::vector<process::Rlimit>& rlimits;  // of the plan: the process names one of them by its place
  std::function<spec::State()> state;           // for the agent
};

/// Answers one message of `pid`: takes its terminal, sets a resource limit, passes its notify listener on. Returns whether the
/// process is ready (with a listener, that message says so). Throws "a message out of turn came from ..." for all others.
[[nodiscard]] bool serve(const StageServices& services, pid_t pid, process::Packet packet);

}  // namespace corten::container
