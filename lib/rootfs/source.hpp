// SPDX-License-Identifier: Apache-2.0
// What the parent does for a root file system: it opens sources that init cannot reach.
#pragma once

#include <string>

#include "base/unique_fd.hpp"
#include "rootfs/plan.hpp"

namespace corten::rootfs {

/// The answer to a SourceRequest: a thread visits the mount namespace `mount_ns_fd` (of init) and opens the step's source there,
/// with the caller's own privileges. With `userns_fd` >= 0 a detached, id-mapped tree (where step is no bind: of a new file
/// system, with the SELinux `label`), else an O_PATH descriptor.
[[nodiscard]] UniqueFd open_source(const MountStep& step, int mount_ns_fd, int userns_fd, const MountLabel& label);

/// runc's check that the rootfs exists and is no symlink ("invalid rootfs: ...").
void check_root(const std::string& path);

}  // namespace corten::rootfs
