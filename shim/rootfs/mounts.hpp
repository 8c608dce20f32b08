// SPDX-License-Identifier: Apache-2.0
// The mounts that make a container's root, as a snapshotter of containerd's hands them out.
#pragma once

#include <string>
#include <vector>

namespace corten::shim {

struct Mount {
  std::string type, source, target;  // target: below the root; empty: the root itself
  std::vector<std::string> options;
};

/// A mount as mount(2) takes it: pure.
struct MountCall {
  unsigned long flags = 0;        // without the propagation
  unsigned long propagation = 0;  // set by a call of its own; 0: none
  std::string data;
  bool remount_read_only = false;          // of a bind mount, which takes that only by a second call
  std::string uid_map = {}, gid_map = {};  // of a bind mount, or of an overlay's lower layers; empty: none
  bool operator==(const MountCall&) const = default;
};

/// Throws Failure where an option is not for us: a loop device, an id map of another file system, one that containerd resolves itself.
[[nodiscard]] MountCall plan_mount(const Mount& mount);

/// The layers of an overlay below the directory that all of them are in.
struct CompactLayers {
  std::string directory;  // to be the working directory of the call; empty: as they were
  std::string data;
};
[[nodiscard]] CompactLayers split_layers(const std::string& data);
/// The same only where the layers' paths do not fit into the page that mount(2) takes.
[[nodiscard]] CompactLayers compact_layers(const std::string& data);

/// Mounts all on `root`, in order. After a failure those before it are unmounted.
void mount_all(const std::vector<Mount>& mounts, const std::string& root);

/// Unmounts `root` and all that is mounted below, however often. One that is busy is taken out of the tree.
void unmount_all(const std::string& root);

}  // namespace corten::shim
