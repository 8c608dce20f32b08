// SPDX-License-Identifier: Apache-2.0
// Commands on one container take turns: what is decided about it is decided under the lock of its state directory, for what
// was read before may be of a container that has been removed, and made anew, meanwhile. Not installed.
#pragma once

#include "container/data.hpp"

namespace corten::container {

/// Takes the lock; throws "another command is busy with this container" where that takes too long.
void wait_for_turn(StateDir& directory);

/// The same, and reads the state again. Throws "container does not exist" where it has been removed.
void take_turn(Container::Data& data);

/// The status of a container whose state directory is open.
[[nodiscard]] Status status_in(const StateDir& directory, const spec::SavedState& saved);

/// destroy(), under the lock, unless somebody else has removed the container already: what is there under its name then is
/// another one.
void destroy_if_there(StateDir& directory, const spec::SavedState& saved, cgroup::Manager& manager);

}  // namespace corten::container
