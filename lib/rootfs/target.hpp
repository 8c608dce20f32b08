// SPDX-License-Identifier: Apache-2.0
// The target of a mount in the container: a descriptor that is opened and checked before anything is mounted.
#pragma once

#include <string>

#include "base/unique_fd.hpp"
#include "rootfs/plan.hpp"
#include "sys/open_in_root.hpp"

namespace corten::rootfs {

struct Target {
  UniqueFd fd;
  std::string path;      // in the container, with every symlink resolved
  bool existed = false;  // was there before
};

/// Resolves step.destination inside `root`, following links there, and makes what is missing, the last component as
/// `kind`. Throws where it is the root itself, or below /proc and not among the few files that may be covered.
/// `source` is the descriptor of a bind's source.
[[nodiscard]] Target find_target(int root, const MountStep& step, sys::Create kind, int source = -1);

/// The same for "proc" and "sysfs", whose mount point must be a real directory (CVE-2019-19921, CVE-2023-27561).
[[nodiscard]] Target find_plain_target(int root, const MountStep& step);

/// Throws unless a mount of `step` may go on `path`: see check_proc_mount in target.cpp.
void check_proc_mount(const std::string& path, const MountStep& step, int source);

/// The path of a descriptor: the text of /proc/self/fd/N.
[[nodiscard]] std::string path_of(int fd);

/// "/proc/self/fd/N", for mount(2). Only before the root is changed: later /proc is the container's.
[[nodiscard]] std::string fd_path(int fd);

}  // namespace corten::rootfs
