// SPDX-License-Identifier: Apache-2.0
// Bind mounts and remounts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/target.hpp"
#include "sys/mount_api.hpp"

namespace corten::rootfs {

/// What is mounted by a bind: an O_PATH descriptor of the source, or a detached copy of it.
struct BindSource {
  UniqueFd fd;
  bool detached = false;
};
/// `index`: of the step in the plan; nothing where it is one of ours, that the parent does not know.
[[nodiscard]] BindSource open_bind_source(const Builder& builder, const MountStep& step,
                                          std::optional<std::size_t> index);

/// A bind mount of `source` with the attributes of `step`, on `target`. Returns the mount.
UniqueFd mount_bind(const Builder& builder, const MountStep& step, BindSource source, const Target& target);

/// plan.mounts[index], a bind: finds its target and mounts it.
void apply_bind(const Builder& builder, std::size_t index);

/// Gives a bind that is attached already its flags and propagation by mount(2).
void apply_attached(int mount, const MountStep& step);

/// What step.recursive_set and recursive_clear say, for `mount` and all below it. Throws where the kernel cannot.
void change_recursively(int mount, const MountStep& step);

/// Throws where `target` is no mount, so that a remount of it would change something else or nothing.
void check_mounted(const Target& target);

/// How much of its source a bind mounts.
[[nodiscard]] sys::Depth depth_of(const MountStep& step);

/// The attribute changes that a bind needs, in order: what differs for the mount alone, and for all below it.
[[nodiscard]] std::vector<std::pair<sys::Depth, sys::AttributeChange>> bind_changes(const MountStep& step);

/// MOUNT_ATTR_* that a set of mount(2) flags speaks about, as bind remounts do: all of the five, and the access time
/// only where a flag names it.
[[nodiscard]] sys::AttributeChange exact_change(std::uint64_t flags);

/// MS_* of the mount that `fd` is on, from statfs(2).
[[nodiscard]] std::uint64_t current_flags(int fd);

}  // namespace corten::rootfs
