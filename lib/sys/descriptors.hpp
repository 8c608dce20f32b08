// SPDX-License-Identifier: Apache-2.0
// Many descriptors at once.
#pragma once

namespace corten::sys {

/// Sets close-on-exec on all descriptors from `first` on (CLOSE_RANGE_CLOEXEC, Linux 5.11; before that, on all that
/// /proc/self/fd names). Returns 0 or an errno. Makes raw calls alone: for children that share their parent's memory, or that were
/// forked by a process with threads.
[[nodiscard]] int set_cloexec_from(int first) noexcept;

}  // namespace corten::sys
