// SPDX-License-Identifier: Apache-2.0
// mount(2) returns no descriptor of the new mount: its path must be opened again. Meanwhile a process that can write to the
// image may have put another directory there, so that a change meant for the new mount, such as read-only, would apply to
// another one. So the new mount is recognized by not having been there before.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"

namespace corten::rootfs {

/// A mount by the numbers of mountinfo. An id is used again once its mount is gone; its parent's seldom with it.
struct MountNumber {
  std::uint64_t id = 0, parent = 0;
  auto operator<=>(const MountNumber&) const = default;
};

/// The first two fields of each line of a mountinfo, sorted.
[[nodiscard]] std::vector<MountNumber> mount_numbers(std::string_view mountinfo);

/// The id of the mount that `fd` is on, as mountinfo has it; nothing before Linux 5.8.
[[nodiscard]] std::optional<std::uint64_t> mount_id(int fd);

/// Whether both descriptors are of the same file on the same mount. Before Linux 5.8 the mount is not compared.
[[nodiscard]] bool same_place(int first, int second);

class NewMount {
 public:
  /// Reads the list of mounts. `descriptors`: the host's /proc/self/fd.
  explicit NewMount(int descriptors);

  /// Opens `path` inside `root`, where mount(2) has just mounted something: a bind of what `source` is a descriptor of,
  /// or a new file system (-1). Throws where another mount is there, or none.
  [[nodiscard]] UniqueFd open(int root, const std::string& path, int source) const;

  /// Throws unless `fd`, found at `path`, is the root of such a mount.
  void check(int fd, const std::string& path, int source) const;

 private:
  [[nodiscard]] std::uint64_t id_of(int fd) const;
  [[nodiscard]] bool is_new(std::uint64_t id) const;

  int descriptors_;
  std::vector<MountNumber> before_;
};

}  // namespace corten::rootfs
