// SPDX-License-Identifier: Apache-2.0
// A child by clone3(2) (Linux 5.3), or by clone(2) where that is not known or a filter hides it (ENOSYS).
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace corten::sys {

struct CloneRequest {
  std::uint64_t flags = 0;  // CLONE_NEW*
  bool sibling = false;     // a child of the caller's parent
  int cgroup = -1;          // v2: the directory of the cgroup to start in (Linux 5.7), or -1
  bool any_cgroup = false;  // start in the caller's where `cgroup` refuses
  bool in_place = false;    // see below
};

struct Cloned {
  pid_t pid = 0;           // 0 in the child, which is a copy of the caller, on its stack; -errno on failure
  bool in_cgroup = false;  // it started in the cgroup that was asked for
};

[[nodiscard]] Cloned clone_process(const CloneRequest& request);

/// Whether `in_place` is possible: the child takes the caller's memory over, which spares the copy. The caller sleeps until
/// the child has ended, and ends then; what returns in it is only a failure. By clone3(2) alone, and into `cgroup` alone; the
/// child cannot join a time namespace.
extern const bool in_place_clones;

/// Each may be what a kernel says to `cgroup` that has not heard of it (E2BIG before 5.5, EINVAL before 5.7).
[[nodiscard]] bool means_unknown(pid_t result);

}  // namespace corten::sys
