// SPDX-License-Identifier: Apache-2.0
// Notifies when a cgroup's memory comes under pressure.
#pragma once

#include <memory>
#include <string>

#include "base/unique_fd.hpp"
#include "cgroup/manager.hpp"
#include "sys/kept_poll.hpp"

namespace corten::cgroup {

enum class PressureLevel { low, medium, critical };

/// One level. v1: memory.pressure_level, where the kernel decides by how much of what it scans it can reclaim. v2: a PSI trigger
/// on memory.pressure: in two seconds some process waited for memory for 100 ms (low) or 200 ms (medium), or all of them at once for
/// 200 ms (critical). A whole number of two seconds is what callers without CAP_SYS_RESOURCE may ask for (Linux 6.5).
class PressureWatch {
 public:
  /// Throws "memory controller missing" where there is no memory cgroup.
  PressureWatch(const Paths& paths, PressureLevel level);

  /// Readable once something may have happened.
  [[nodiscard]] int fd() const { return trigger_ ? trigger_->fd() : events_.get(); }

  /// Whether the level was reached since the last call, or since the watch began. Does not wait.
  [[nodiscard]] bool happened();

 private:
  std::string directory_;
  UniqueFd events_;                         // v1
  std::unique_ptr<sys::KeptPoll> trigger_;  // v2
};

}  // namespace corten::cgroup
