// SPDX-License-Identifier: Apache-2.0
// Notifies when a cgroup runs out of memory.
#pragma once

#include <cstdint>
#include <string>

#include "base/unique_fd.hpp"
#include "cgroup/manager.hpp"

namespace corten::cgroup {

class OomWatch {
 public:
  /// Throws "memory controller missing" where there is no memory cgroup.
  explicit OomWatch(const Paths& paths);

  /// Readable once something may have happened.
  [[nodiscard]] int fd() const { return events_.get(); }

  /// Whether memory ran out since the last call, or since the watch began. Does not wait.
  [[nodiscard]] bool happened();

 private:
  void watch_legacy();
  void watch_unified();
  [[nodiscard]] std::uint64_t count() const;

  std::string directory_;
  bool unified_;
  UniqueFd events_;          // v1: an eventfd; v2: inotify
  std::uint64_t count_ = 0;  // v2: of processes killed so far
};

}  // namespace corten::cgroup
