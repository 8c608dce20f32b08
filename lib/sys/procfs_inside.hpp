// SPDX-License-Identifier: Apache-2.0
// A procfs of another pid namespace, before Linux 6.17.
#pragma once

#include "sys/open_in_root.hpp"

namespace corten::sys {

/// The context of a new procfs, as fsopen(2) gives it, opened by a process in the pid namespace `ns`. Those in there see that
/// process for a moment: an empty file system is its root, and it has no descriptor but the socket over which it answers.
[[nodiscard]] Opened open_procfs_inside(int ns);

}  // namespace corten::sys
