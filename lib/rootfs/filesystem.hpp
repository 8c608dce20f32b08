// SPDX-License-Identifier: Apache-2.0
// New file systems: made detached with their attributes, then attached on their target; by mount(2) on the target's
// descriptor where the kernel, a filter or a file system type does not take part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/target.hpp"
#include "sys/mount_api.hpp"

namespace corten::rootfs {

/// `data` and the mount option `label` (as in Plan::mount_label) as options for fsconfig(2), `flags` with them as far as they
/// belong to the superblock; nothing where only mount(2) takes them: values of more than 255 bytes, quotes, escapes, MS_I_VERSION.
[[nodiscard]] std::optional<std::vector<sys::FsOption>> filesystem_options(const std::string& data, std::uint64_t flags,
                                                                           const std::string& label);

/// `data` with the label in it, for mount(2).
[[nodiscard]] std::string labelled(const std::string& data, const std::string& label);

/// A new file system of step.type on `target`. Returns the mount.
[[nodiscard]] UniqueFd mount_filesystem(const Builder& builder, const MountStep& step, const Target& target,
                                        const std::string& label);

/// A new procfs. In a user namespace the kernel refuses one (EPERM) while a part of the /proc that is there is covered; from
/// Linux 7.2 on it takes one that shows processes alone. That is what the container has then, with a warning.
[[nodiscard]] UniqueFd mount_procfs(const Builder& builder, const MountStep& step, const Target& target);

/// Sets the propagation of a new file system that is attached.
void propagate_attached(int mount, const MountStep& step);

}  // namespace corten::rootfs
