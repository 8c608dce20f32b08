// SPDX-License-Identifier: Apache-2.0
// Waits with little memory: created containers may wait for days, by the hundred. One keeps a few written pages and one page
// of code.
#pragma once

namespace corten::init {

/// As accept4(listener, SOCK_CLOEXEC), with -errno for failure. Nothing of the program's file stays mapped while it waits
/// but the page that waits; the kernel brings back from the page cache what is used afterwards.
[[nodiscard]] int accept_with_low_memory(int listener);

}  // namespace corten::init
