// SPDX-License-Identifier: Apache-2.0
// The mounts of a container whose source is outside of it: a checkpoint lists them, a restore makes them again.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/mounts.hpp"
#include "rootfs/plan.hpp"

namespace corten::container {

/// Those that `plan` makes, or may make: bind mounts, hierarchies of cgroup v1, device nodes where they are bound, files
/// that are masked; with the flags that they have in the end. With a directory
/// `mapped`, the source of one that is mapped to other ids is its index in the plan, in there. Pure.
[[nodiscard]] std::vector<checkpoint::ExternalMount> external_mounts(const rootfs::Plan& plan,
                                                                     const std::optional<std::string>& mapped);

/// The directory of the readiness socket of the container whose state is in `state_directory`.
[[nodiscard]] checkpoint::ExternalMount notify_mount(const std::string& state_directory);

inline constexpr std::string_view mask_source = "/dev/null";

/// The flags that the mount of plan.mounts[index] has in the end: later ones may remount it. Pure.
[[nodiscard]] std::uint64_t final_flags(const rootfs::Plan& plan, std::size_t index);

/// Where each of `mounts` goes in the rootfs at `root`, with no symlink left in it.
[[nodiscard]] std::vector<checkpoint::SavedMount> place_mounts(const std::string& root,
                                                               const std::vector<checkpoint::ExternalMount>& mounts);

/// Makes the mount points that a restore needs as a creation would: with all mounts of `plan` in place meanwhile, where
/// only we see them, for a mount point may lie on another mount. Throws where one of `saved` has become a symlink since:
/// CRIU would follow it.
void make_mount_points(rootfs::Plan plan, const std::vector<checkpoint::SavedMount>& saved);

}  // namespace corten::container
