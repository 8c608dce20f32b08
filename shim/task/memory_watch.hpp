// SPDX-License-Identifier: Apache-2.0
// Hears when a container's memory runs out.
#pragma once

#include <sys/types.h>

#include <functional>

#include "cgroup/oom_watch.hpp"
#include "shim/loop/loop.hpp"

namespace corten::shim {

class MemoryWatch {
 public:
  /// Watches the memory cgroup that process `pid` is in. Throws where there is none.
  MemoryWatch(Loop& loop, pid_t pid, std::function<void()> on_oom);

  /// Tells of what has happened and was not told of yet.
  void look();

 private:
  cgroup::OomWatch memory_;
  std::function<void()> on_oom_;
  Watch watch_;
};

}  // namespace corten::shim
