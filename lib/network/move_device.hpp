// SPDX-License-Identifier: Apache-2.0
// linux.netDevices: a device of the host goes into the container's network namespace, with its addresses.
#pragma once

#include "network/plan.hpp"

namespace corten::network {

/// Moves and renames `device` in one step into the network namespace behind `target`, gives it its permanent, global
/// addresses back (the kernel drops all at a move), and brings it up. Single-threaded callers only (setns).
void move_device(const Interface& device, int target);

}  // namespace corten::network
