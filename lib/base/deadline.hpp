// SPDX-License-Identifier: Apache-2.0
// A moment by which something has to have happened, and how long poll(2) may wait for it.
#pragma once

#include <algorithm>
#include <chrono>
#include <limits>

namespace corten {

/// Spans of any length are right: what is beyond the clock's last moment never comes.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] static Deadline never() { return Deadline{Clock::time_point::max()}; }
  [[nodiscard]] static Deadline in(std::chrono::nanoseconds span, Clock::time_point now = Clock::now()) {
    return Deadline{now}.later(span);
  }

  [[nodiscard]] Deadline later(std::chrono::nanoseconds span) const {
    const auto room = Clock::time_point::max() - moment_;
    return Deadline{moment_ + std::min<Clock::duration>(span, room)};
  }

  [[nodiscard]] bool passed(Clock::time_point now = Clock::now()) const { return moment_ <= now; }

  /// What is left, never negative.
  [[nodiscard]] std::chrono::nanoseconds left(Clock::time_point now = Clock::now()) const {
    return std::max(moment_ - now, Clock::duration::zero());
  }

  /// The milliseconds for poll(2), rounded up: -1 where there is no end. After the longest time that poll takes, 24 days,
  /// it returns before passed().
  [[nodiscard]] int poll_time(Clock::time_point now = Clock::now()) const {
    if (moment_ == Clock::time_point::max()) return -1;
    const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(left(now)).count();
    return static_cast<int>(std::min<std::chrono::milliseconds::rep>(rounded, std::numeric_limits<int>::max()));
  }

 private:
  explicit Deadline(Clock::time_point moment) : moment_{moment} {}

  Clock::time_point moment_;
};

}  // namespace corten
