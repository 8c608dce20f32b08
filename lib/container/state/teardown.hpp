// SPDX-License-Identifier: Apache-2.0
// How a container is removed, whether it was completed or not.
#pragma once

#include <sys/types.h>

#include "api/container.hpp"
#include "cgroup/manager.hpp"
#include "container/state/state_dir.hpp"
#include "spec/saved_state.hpp"

namespace corten::container {

/// Kills what is in the cgroup, removes the cgroup and the state directory, and runs the poststop hooks, whose failures are
/// warnings (runtime-spec, "Lifecycle", step 13). `functions` may be nullptr.
void destroy(StateDir& directory, const spec::SavedState& saved, cgroup::Manager& manager,
             const HookFunctions* functions);

/// The same under the lock, unless another command has removed the container: one that has its name by now is another.
void destroy_if_there(StateDir& directory, const spec::SavedState& saved, cgroup::Manager& manager,
                      const HookFunctions* functions);

/// Undoes a container that could not be completed: ends `init`, a child of the caller, if there is one. Without a `manager`
/// no cgroup was made: one that was refused is somebody else's.
void roll_back(pid_t init, StateDir& directory, const spec::SavedState& saved, cgroup::Manager* manager,
               const HookFunctions* functions) noexcept;

}  // namespace corten::container
