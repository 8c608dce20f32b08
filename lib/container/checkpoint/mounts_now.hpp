// SPDX-License-Identifier: Apache-2.0
// Compares the mounts of a container with config.json, before a checkpoint and after a restore.
#pragma once

#include <sys/types.h>

#include <vector>

#include "checkpoint/mount_check.hpp"
#include "rootfs/plan.hpp"

namespace corten::container {

/// Those of `external` that process `pid` has. Throws where a mount shows something else than its source does now, or where
/// one, also of the container's own, lacks flags that the plan has; see checkpoint/mount_check.hpp.
[[nodiscard]] std::vector<checkpoint::FoundMount> check_mounts(pid_t pid, const rootfs::Plan& plan,
                                                               std::vector<checkpoint::ExternalMount> external);

/// Throws unless the mounts of process `pid` are still those that check_mounts() found. Looks at no file of the container.
void check_mounts_unchanged(pid_t pid, const std::vector<checkpoint::FoundMount>& found);

/// Throws where one of `processes` has, in a mount namespace of its own, something writable that `found` has read-only.
void check_other_namespaces(const std::vector<pid_t>& processes, const std::vector<checkpoint::FoundMount>& found);

}  // namespace corten::container
