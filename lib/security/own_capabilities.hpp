// SPDX-License-Identifier: Apache-2.0
// The capabilities of the calling thread: capabilities(7). Other threads of the process keep theirs.
#pragma once

#include "security/capabilities.hpp"

namespace corten::security {

[[nodiscard]] CapabilitySets own_capabilities();

/// Throws what the kernel would refuse of a change from `now` to `wanted`, with EPERM; invalid_argument for a capability above
/// `last`. Pure.
void check_change(const CapabilitySets& now, const CapabilitySets& wanted, int last);

/// Sets all five sets of the calling thread. Checked before anything is changed: what a thread has given up does not come back.
void set_own_capabilities(const CapabilitySets& wanted);

}  // namespace corten::security
