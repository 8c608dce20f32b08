// SPDX-License-Identifier: Apache-2.0
// A created container may wait for its start for days, and a host may have hundreds of them: what one holds meanwhile is
// its own few written pages and one page of code.
#pragma once

namespace corten::init {

/// As accept4(listener, SOCK_CLOEXEC), with -errno for failure. Nothing of the program's file stays mapped while it waits
/// but the page that waits; the kernel brings back from the page cache what is used afterwards.
[[nodiscard]] int accept_with_low_memory(int listener);

}  // namespace corten::init
