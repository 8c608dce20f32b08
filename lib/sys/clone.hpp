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
};

struct Cloned {
  pid_t pid = 0;           // 0 in the child, which is a copy of the caller, on its stack; -errno on failure
  bool in_cgroup = false;  // it started in the cgroup that was asked for
};

[[nodiscard]] Cloned clone_process(const CloneRequest& request);

}  // namespace corten::sys
