// SPDX-License-Identifier: Apache-2.0
// Notifies when a cgroup runs out of memory, or of another event that memory.events counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "cgroup/manager.hpp"

namespace corten::cgroup {

class OomWatch {
 public:
  /// `counted` is a name in memory.events, of which v1 tells "oom_kill" alone. Throws "memory controller missing" where there is no
  /// memory cgroup.
  explicit OomWatch(const Paths& paths, std::string_view counted = "oom_kill");

  /// Readable once something may have happened.
  [[nodiscard]] int fd() const { return events_.get(); }

  /// Whether it happened since the last call, or since the watch began. Does not wait.
  [[nodiscard]] bool happened();

 private:
  void watch_unified();
  [[nodiscard]] std::uint64_t count() const;

  std::string directory_, counted_;
  bool unified_;
  UniqueFd events_;          // v1: an eventfd; v2: inotify
  std::uint64_t count_ = 0;  // v2: so far
};

}  // namespace corten::cgroup
