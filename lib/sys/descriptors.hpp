// SPDX-License-Identifier: Apache-2.0
// Many descriptors at once.
#pragma once

namespace corten::sys {

/// Sets close-on-exec on all descriptors from `first` on (CLOSE_RANGE_CLOEXEC, Linux 5.11).
void set_cloexec_from(int first);

}  // namespace corten::sys
