// SPDX-License-Identifier: Apache-2.0
// Mounts whose content is outside of the container. An image names each by a key of ours, made from its place in a list
// that is saved beside the image: nothing that a container, or its image, can choose becomes part of what CRIU takes
// apart ("mnt[KEY]:VALUE", where a path with "]:" in it would name another file of the host: CVE-2026-119101).
#pragma once

#include <string>
#include <vector>

namespace corten::checkpoint {

/// A mount as config.json has it: its place in the container, and the file on the host.
struct OutsideMount {
  std::string destination, source;
  bool operator==(const OutsideMount&) const = default;
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
                                                         const std::vector<OutsideMount>& outside,
                                                         Keys keys = Keys::indices);

/// The mount points that the text of /proc/PID/mountinfo lists, unescaped.
[[nodiscard]] std::vector<std::string> mount_points(std::string_view mountinfo);

}  // namespace corten::checkpoint
