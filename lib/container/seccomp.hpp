// SPDX-License-Identifier: Apache-2.0
// The system call filter of a container: compiles it for the init stage, and gives its notify listener to the agent.
#pragma once

#include <sys/types.h>

#include <string>

#include "config/annotations.hpp"
#include "security/plan.hpp"
#include "spec/config.hpp"
#include "spec/state.hpp"

namespace corten::container {

/// linux.seccomp, compiled or found in the cache below `root` (empty: compiled, and not kept), or the filter of the annotations; an
/// empty program where there is neither.
[[nodiscard]] security::SeccompPlan plan_seccomp(const std::string& root, const spec::Linux& platform,
                                                 const config::Annotations& annotations);

/// The agent that answers the filter's notifications: linux.seccomp's listenerPath and listenerMetadata, or else the
/// receiver of the annotations.
struct SeccompAgent {
  std::string path, metadata;
};
[[nodiscard]] SeccompAgent agent_of(const spec::Linux& platform, const config::Annotations& annotations);

/// Takes descriptor `number` of process `pid`, the listener of its filter, and gives it to the agent with the
/// ContainerProcessState message.
void pass_listener(const SeccompAgent& agent, pid_t pid, int number, const spec::State& state);

}  // namespace corten::container
