// SPDX-License-Identifier: Apache-2.0
// Process ids that cross the edge of the library.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace corten::abi {

/// The calling process for 0. Throws for what is no id of a process.
[[nodiscard]] inline pid_t checked_pid(pid_t pid) {
  if (pid < 0) throw Error{std::to_string(pid) + " is no id of a process", ErrorKind::invalid_argument};
  return pid == 0 ? ::getpid() : pid;
}

/// As many of `found` as fit into `pids`, and in `count` how many there are; either may be nullptr.
inline void give_pids(const std::vector<pid_t>& found, pid_t* pids, std::size_t capacity, std::size_t* count) {
  if (count != nullptr) *count = found.size();
  if (pids != nullptr) std::copy_n(found.begin(), std::min(capacity, found.size()), pids);
}

}  // namespace corten::abi
