// SPDX-License-Identifier: Apache-2.0
// Whether the mounts of a process are those that config.json has: the same files and directories, with flags that are at
// least as strict. A path alone does not tell, for a container can rename the directories on the way to a mount. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/mounts.hpp"

namespace corten::checkpoint {

/// What a path shows: of a device node its number, of all else the device and the inode that hold it.
struct Identity {
  std::uint32_t kind = 0;  // S_IFMT
  std::uint64_t device = 0, inode = 0;
  bool operator==(const Identity&) const = default;
};

/// A line of /proc/PID/mountinfo, and what is seen there.
struct MountNow {
  std::uint64_t id = 0;
  std::string device, root;  // of its file system: "8:1", and the directory in it
  std::string point, type;
  std::uint64_t flags = 0;        // MS_*; those of `limiting_flags`
  std::optional<Identity> shows;  // nothing where another mount hides it
  bool operator==(const MountNow&) const = default;
};

/// A mount that config.json has, and what is at its place.
struct WantedMount {
  ExternalMount mount;
  std::optional<Identity> shows;        // its source; nothing where that is not there
  std::optional<std::uint64_t> here{};  // the id of the mount whose root is at its destination
};

/// A mount from outside, and which one of the process's it is.
struct FoundMount {
  ExternalMount mount;
  MountNow now;
};

/// The lines of the text of /proc/PID/mountinfo, unescaped. What is no line of that form is left out.
[[nodiscard]] std::vector<MountNow> parse_mountinfo(std::string_view text);

/// Which of `now` each of `wanted` is: the one at its place if that shows its source, else another that does, which is where
/// the container has moved it. What the container has unmounted is left out. Throws, naming the mount, where something else
/// is at its place, where flags are missing, and where CRIU could not tell it from another on the same mount point.
[[nodiscard]] std::vector<FoundMount> match_mounts(const std::vector<WantedMount>& wanted,
                                                   const std::vector<MountNow>& now);

/// Throws where one of `now` shows what a mount of `found` has to show read-only, or a part of it, and can be written to,
/// unless config.json has the same writable elsewhere. `now` may be of another mount namespace than `found`.
void check_readonly_everywhere(const std::vector<FoundMount>& found, const std::vector<MountNow>& now);

/// Throws unless each of `found` is in `now` as it was, and alone on its mount point.
void check_unchanged(const std::vector<FoundMount>& found, const std::vector<MountNow>& now);

/// Throws where `now` lacks one of `flags`: "the mount on "/sys" lacks ...".
void check_flags(const MountNow& now, std::uint64_t flags);

}  // namespace corten::checkpoint
