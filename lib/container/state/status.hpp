// SPDX-License-Identifier: Apache-2.0
// A container's status. It is not stored, but derived from its init, its start socket and its freezer.
#pragma once

#include <functional>

#include "api/container.hpp"
#include "container/state/state_dir.hpp"
#include "spec/saved_state.hpp"
#include "spec/state.hpp"

namespace corten::container {

/// Whether the process that `saved` names is alive, and no later one has its pid.
[[nodiscard]] bool init_alive(const spec::SavedState& saved);

/// `waits` says whether init waits for `start`; it is called only where init is alive.
[[nodiscard]] Status status_of(const spec::SavedState& saved, const std::function<bool()>& waits);

/// The status of a container whose state directory is open.
[[nodiscard]] Status status_in(const StateDir& directory, const spec::SavedState& saved);

/// Whether the container has a pid namespace of its own: then the end of its init is the end of all its processes.
[[nodiscard]] bool owns_pid_namespace(const spec::SavedState& saved);

/// The fields that `state`, `list` and hooks show.
[[nodiscard]] spec::State make_state(const spec::SavedState& saved, Status status);

}  // namespace corten::container
