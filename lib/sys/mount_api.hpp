// SPDX-License-Identifier: Apache-2.0
// Mounts as descriptors (Linux 5.2): a mount is made detached, gets its attributes, and only then appears in the tree, on
// a descriptor that was checked. Each call tells an errno instead of throwing, for its failure means "use mount(2)".
#pragma once

#include <sys/mount.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"
#include "sys/open_in_root.hpp"

#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000  // Linux 5.14
#endif

namespace corten::sys {

/// One setting of a file system: "size" and "64k"; a flag has no value.
struct FsOption {
  std::string key, value;
  bool flag = false;
  bool operator==(const FsOption&) const = default;
};

/// False once a call was missing or filtered out, or from the start with CORTEN_NO_NEW_MOUNT_API: use mount(2) where it
/// can do the same. (The calls below do not ask themselves: id-mapped trees and recursive attributes have no older form.)
[[nodiscard]] bool new_mount_api();

/// False once mount_setattr(2) was missing (before Linux 5.12).
[[nodiscard]] bool attributes_can_change();

/// Say that a call is refused with EPERM which mount(2) would not be, as under a filter that knows only the old one.
void distrust_new_mount_api();
void distrust_attribute_changes();

/// A new instance of file system `type`, detached. `attributes` are MOUNT_ATTR_*. Where it refuses its options, `why` becomes
/// what it says of them, if anything.
[[nodiscard]] Opened make_filesystem(const char* type, const std::string& source, const std::vector<FsOption>& options,
                                     std::uint64_t attributes, std::string* why = nullptr);

/// Whether fsopen(2) is there (Linux 5.2) and not switched off.
[[nodiscard]] bool can_open_filesystems();

/// A procfs that shows the pid namespace `ns`, detached, made by somebody who is not in there.
[[nodiscard]] Opened make_procfs(int ns, const std::string& source, const std::vector<FsOption>& options,
                                 std::uint64_t attributes, std::string* why = nullptr);

enum class Depth { one, recursive };

/// A detached copy of the mount at `path` (relative to `directory`; empty: `directory` itself), of it alone or with all
/// below it: what a bind mount mounts.
[[nodiscard]] Opened clone_mount(int directory, const char* path, Depth depth);

struct AttributeChange {
  std::uint64_t set = 0, clear = 0;  // MOUNT_ATTR_*; clear comes first
  std::uint64_t propagation = 0;     // one of MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE, or none
  int userns_fd = -1;                // with MOUNT_ATTR_IDMAP
};

/// `clone_mount` and `change_attributes` of as many mounts in one call: open_tree_attr(2), Linux 6.15. Its id map may take the
/// place of another one, for which mount_setattr(2) has no way. ENOSYS where it is not to be had.
[[nodiscard]] Opened clone_changed(int directory, const char* path, Depth depth, const AttributeChange& change);

/// mount_setattr(2) on the mount that `mount` is the root of. 0 or an errno.
[[nodiscard]] int change_attributes(int mount, Depth depth, const AttributeChange& change);

/// Puts a detached mount on what `target` is a descriptor of. 0 or an errno.
[[nodiscard]] int attach_mount(int mount, int target);

/// The same on `name` in `directory`, a directory that only the caller writes to. A symlink there is not followed.
[[nodiscard]] int attach_mount_at(int mount, int directory, const char* name);

/// MS_* of a mount as MOUNT_ATTR_*; the access time flags by the rules of mount(2).
[[nodiscard]] std::uint64_t mount_attributes(std::uint64_t flags);

}  // namespace corten::sys
