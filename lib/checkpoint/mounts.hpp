// SPDX-License-Identifier: Apache-2.0
// Mounts whose content is outside of the container. An image names each by a key of ours, made from its place in a list
// that is saved beside the image: nothing that a container, or its image, can choose becomes part of what CRIU takes
// apart ("mnt[KEY]:VALUE", where a path with "]:" in it would name another file of the host: CVE-2026-119101).
#pragma once

#include <sys/mount.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corten::checkpoint {

/// The flags whose lack would let a container do more than config.json says: MS_*.
inline constexpr std::uint64_t limiting_flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW;

/// A mount as config.json has it: its place in the container, the file on the host, and those of limiting_flags that it
/// has at least.
struct ExternalMount {
  std::string destination, source;
  std::uint64_t flags = 0;
  bool operator==(const ExternalMount&) const = default;
};

/// What the list in the image says of one: config.json's place for it, and where that was, without a symlink on the way.
struct SavedMount {
  std::string destination, mountpoint;
  bool operator==(const SavedMount&) const = default;
};

/// For a dump: where each is mounted, and its key. Throws where a path cannot be told to CRIU without doubt.
[[nodiscard]] std::vector<std::string> dump_externals(const std::vector<SavedMount>& mounts);

/// How the images call a mount: by its place in our list, or, in images of runc and crun, by its mount point.
enum class Keys { indices, mountpoints };

/// For a restore: each key, and the file of the host that config.json has for that destination. Throws where it has none.
[[nodiscard]] std::vector<std::string> restore_externals(const std::vector<SavedMount>& mounts,
                                                         const std::vector<ExternalMount>& external,
                                                         Keys keys = Keys::indices);

/// Decodes "\040" and the like, as the kernel writes blanks, tabs, newlines and backslashes in /proc/PID/mountinfo.
[[nodiscard]] std::string unescape(std::string_view text);

}  // namespace corten::checkpoint
