// SPDX-License-Identifier: Apache-2.0
// Hears when a container's memory runs out.
#pragma once

#include <functional>

#include "shim/library.hpp"
#include "shim/loop/loop.hpp"

namespace corten::shim {

class MemoryWatch {
 public:
  /// Throws where the container has no memory cgroup.
  MemoryWatch(Loop& loop, const corten_container* container, std::function<void()> on_oom);

  /// Tells of what has happened and was not told of yet.
  void look();

 private:
  library::Watch memory_;
  std::function<void()> on_oom_;
  Watch watch_;
};

}  // namespace corten::shim
