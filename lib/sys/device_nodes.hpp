// SPDX-License-Identifier: Apache-2.0
// The device nodes of a directory of the host's.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace corten::sys {

struct DeviceNode {
  char type = 'c';  // as in mknod(1): 'b', 'c', or 'p' for a FIFO, which has no numbers
  unsigned major = 0, minor = 0;
  mode_t mode = 0;  // permissions
  uid_t uid = 0;
  gid_t gid = 0;
  std::string path;
};

/// The node at `path`, of which a symlink at its end is none; nothing for another file. Throws where there is no file.
[[nodiscard]] std::optional<DeviceNode> device_node(const std::string& path);

/// All block and character devices below `directory`, sorted by path. No symlink is followed, and directories on another file
/// system (pts, shm, mqueue) are left out, as is /dev/console, a terminal. What goes away meanwhile is skipped.
[[nodiscard]] std::vector<DeviceNode> device_nodes_below(const std::string& directory);

}  // namespace corten::sys
