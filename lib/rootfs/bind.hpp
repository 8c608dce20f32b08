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

/// The source of a bind: an O_PATH descriptor of it, or a detached copy.
struct BindSource {
  UniqueFd fd;
  bool detached = false;
};
/// `index`: of the step in the plan; none for a step of our own, which the parent does not know.
[[nodiscard]] BindSource open_bind_source(const Builder& builder, const MountStep& step,
                                          std::optional<std::size_t> index);

/// A bind mount of `source` with the attributes of `step`, on `target`. Returns the mount.
UniqueFd mount_bind(const Builder& builder, const MountStep& step, BindSource source, const Target& target);

/// plan.mounts[index], a bind: finds its target and mounts it.
void apply_bind(const Builder& builder, std::size_t index);

/// Sets flags and propagation of an attached bind by mount(2).
void apply_attached(int mount, const MountStep& step);

/// Applies step.recursive_set and recursive_clear to `mount` and all below it. Throws where the kernel cannot.
void change_recursively(int mount, const MountStep& step);

/// Throws where `target` is not a mount: a remount would change another one, or none.
void check_mounted(const Target& target);

/// Whether a bind mounts its source alone, or all below it, too.
[[nodiscard]] sys::Depth depth_of(const MountStep& step);

/// The attribute changes that a bind needs, in order: what differs for the mount alone, and for all below it.
[[nodiscard]] std::vector<std::pair<sys::Depth, sys::AttributeChange>> bind_changes(const MountStep& step);

/// MOUNT_ATTR_* that a set of mount(2) flags speaks about, as bind remounts do: all of the five, and the access time
/// only where a flag names it.
[[nodiscard]] sys::AttributeChange exact_change(std::uint64_t flags);

/// MS_* of the mount that `fd` is on, from statfs(2).
[[nodiscard]] std::uint64_t current_flags(int fd);

}  // namespace corten::rootfs
