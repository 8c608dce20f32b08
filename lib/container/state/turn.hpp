// SPDX-License-Identifier: Apache-2.0
// Commands on one container take turns: what is decided about it is decided under the lock of its state directory, for what
// was read before may be of a container that has been removed, and made anew, meanwhile. Not installed.
#pragma once

#include "container/container_data.hpp"

namespace corten::container {

/// Locks the state directory, and reads the state again. Throws "container does not exist" where it has been removed.
void take_turn(Container::Data& data);

}  // namespace corten::container
