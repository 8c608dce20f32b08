// SPDX-License-Identifier: Apache-2.0
// Opens and makes paths inside a directory that may be hostile: symlinks and ".." are resolved inside it, magic links
// (those of /proc/PID/fd and its kin, which jump anywhere) are refused. openat2(2) does it; a walk by hand where that is
// missing (before Linux 5.6), filtered out, or switched off with CORTEN_NO_OPENAT2.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/unique_fd.hpp"

namespace corten::sys {

enum class Symlinks { follow, refuse };  // refuse: any symlink on the way is ELOOP

/// A descriptor, or the errno that says why not.
struct Opened {
  UniqueFd fd;
  int error = 0;
  bool through_symlink = false;  // only told by create_in_root

  [[nodiscard]] bool ok() const { return fd.valid(); }
};

/// Opens `path` inside `root` (a directory, O_PATH will do; AT_FDCWD where links are refused: "/"); close-on-exec always.
[[nodiscard]] Opened try_open_in_root(int root, const std::string& path, int flags,
                                      Symlinks symlinks = Symlinks::follow);

/// The same; throws "open PATH: errno".
[[nodiscard]] UniqueFd open_in_root(int root, const std::string& path, int flags, Symlinks symlinks = Symlinks::follow);

/// What try_open_in_root does where openat2 is not to be had.
[[nodiscard]] Opened walk_in_root(int root, const std::string& path, int flags, Symlinks symlinks = Symlinks::follow);

enum class Create { directory, file };

/// Opens `path` inside `root` (O_PATH), making what is missing: directories with mode 0755, less the umask, and an empty
/// file as the last component where `kind` says so (0644). Symlinks that point to nothing yet are followed, inside `root`.
[[nodiscard]] Opened create_in_root(int root, const std::string& path, Create kind);

/// The directory that `path` is in, made if missing, and the last component of `path`.
struct Parent {
  UniqueFd directory;
  std::string name;
};
[[nodiscard]] Parent create_parent_in_root(int root, const std::string& path);

}  // namespace corten::sys
