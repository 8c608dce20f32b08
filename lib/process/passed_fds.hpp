// SPDX-License-Identifier: Apache-2.0
// Which of the caller's descriptors a process gets.
#pragma once

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "base/wire.hpp"

namespace corten::process {

/// Descriptors 3, 4, ... of the caller, `count` of them, less those that it had closed: engines pass numbers with gaps (Podman's
/// `exec --preserve-fd 5` comes as `--preserve-fds 3`).
struct PassedFds {
  static constexpr int first = 3;

  unsigned count = 0;
  std::vector<int> absent;  // ascending

  /// The first number behind them.
  [[nodiscard]] int end() const { return first + static_cast<int>(count); }

  [[nodiscard]] bool has(int fd) const {
    return fd >= first && fd < end() && !std::binary_search(absent.begin(), absent.end(), fd);
  }
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), PassedFds> { return std::tie(x.count, x.absent); }

/// Descriptors of the caller that become the process's standard ones; -1: the caller's own 0, 1 or 2.
using Streams = std::array<int, 3>;
inline constexpr Streams own_streams{-1, -1, -1};

}  // namespace corten::process
