// SPDX-License-Identifier: Apache-2.0
// One mount at a time: made detached with its attributes, then attached on its target. Where the kernel, a filter or a
// file system type does not take part, mount(2) on the target's descriptor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"
#include "rootfs/plan.hpp"
#include "rootfs/rootfs.hpp"
#include "rootfs/target.hpp"
#include "sys/mount_api.hpp"

namespace corten::rootfs {

/// What the steps of prepare() share.
struct Builder {
  const Plan& plan;
  const SourceRequest& request;
  State& state;
  int pid_namespace = -1;  // that a procfs is to show, where it is not our own

  [[nodiscard]] int root() const { return state.root.get(); }
};

/// `data` and an SELinux `label` as options for fsconfig(2), `flags` with them as far as they belong to the superblock;
/// nothing where only mount(2) can say it: values of more than 255 bytes, quotes, escapes, MS_I_VERSION.
[[nodiscard]] std::optional<std::vector<sys::FsOption>> filesystem_options(const std::string& data, std::uint64_t flags,
                                                                           const std::string& label);

/// `data` with the label in it, for mount(2).
[[nodiscard]] std::string labelled(const std::string& data, const std::string& label);

/// A new file system of step.type on `target`. Returns the mount.
[[nodiscard]] UniqueFd mount_filesystem(const Builder& builder, const MountStep& step, const Target& target,
                                        const std::string& label);

/// Gives a new file system that is attached its propagation.
void propagate_attached(int mount, const MountStep& step);

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

/// Where the source of step `index` is a symbolic link: makes that link at the destination, or finds it there, and returns
/// true. Throws where something else is there.
[[nodiscard]] bool copy_symlink(const Builder& builder, std::size_t index);

/// Gives a bind that is attached already its flags and propagation by mount(2).
void apply_attached(int mount, const MountStep& step);

/// What step.recursive_set and recursive_clear say, for `mount` and all below it. Throws where the kernel cannot.
void change_recursively(int mount, const MountStep& step);

/// Throws where `target` is no mount, so that a remount of it would change something else or nothing.
void check_mounted(const Target& target);

/// The host's /proc/self/fd, opened once. Before the root is changed.
[[nodiscard]] int host_descriptors(State& state);

/// plan.mounts[index], a bind: finds its target and mounts it.
void apply_bind(const Builder& builder, std::size_t index);

/// The "cgroup" mount, in whichever of its forms.
void apply_cgroup(const Builder& builder, const MountStep& step);

/// A tmpfs that starts with a copy of what its directory holds.
[[nodiscard]] UniqueFd mount_copied_tmpfs(const Builder& builder, const MountStep& step, const Target& target,
                                          const std::string& label);

/// plan.mounts[index], with its name in errors.
void apply_mount(const Builder& builder, std::size_t index);

/// Device nodes, links and ptmx in the container's /dev.
void set_up_dev(const Builder& builder);

/// How much of its source a bind mounts.
[[nodiscard]] sys::Depth depth_of(const MountStep& step);

/// The attribute changes that a bind needs, in order: what differs for the mount alone, and for all below it.
[[nodiscard]] std::vector<std::pair<sys::Depth, sys::AttributeChange>> bind_changes(const MountStep& step);

/// MOUNT_ATTR_* that a set of mount(2) flags speaks about, as bind remounts do: all of the five, and the access time
/// only where a flag names it.
[[nodiscard]] sys::AttributeChange exact_change(std::uint64_t flags);

/// MS_* of the mount that `fd` is on, from statfs(2).
[[nodiscard]] std::uint64_t current_flags(int fd);

/// Another descriptor of the same file.
[[nodiscard]] UniqueFd duplicate(const UniqueFd& fd);

}  // namespace corten::rootfs
