// SPDX-License-Identifier: Apache-2.0
// The one loop: descriptors, times, and what the worker has done. All of it runs on the thread that calls run().
#pragma once

#include <sys/epoll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "base/unique_fd.hpp"

namespace corten::shim {

class Loop {
 public:
  using Clock = std::chrono::steady_clock;

  Loop();

  /// Until stop() was called. What a handler throws is written to the log.
  void run();
  void stop() { stopped_ = true; }

 private:
  friend class Watch;
  friend class Timer;

  struct Watched;
  using Timers = std::multimap<Clock::time_point, std::function<void()>>;

  [[nodiscard]] int until_next_timer() const;
  void run_timers();

  UniqueFd epoll_;
  Timers timers_;
  bool stopped_ = false;
};

/// A descriptor that is watched for as long as this lives, which must be no longer than the descriptor.
class Watch {
 public:
  /// Gets the EPOLL* that hold. It may end the watch.
  using Handler = std::function<void(std::uint32_t events)>;

  Watch() = default;
  Watch(Loop& loop, int fd, std::uint32_t events, Handler handler);
  Watch(Watch&&) noexcept = default;
  Watch& operator=(Watch&& other) noexcept;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { end(); }

  /// What it is woken for from now on; 0: nothing, not even EPOLLHUP. False where that cannot be: the watch has ended, or the
  /// descriptor is a file's.
  bool set(std::uint32_t events);
  void end();

 private:
  std::shared_ptr<Loop::Watched> watched_;
};

/// A call that is made once, after a time, unless this is destroyed before.
class Timer {
 public:
  Timer() = default;
  Timer(Loop& loop, std::chrono::milliseconds after, std::function<void()> call);
  Timer(Timer&& other) noexcept;
  Timer& operator=(Timer&& other) noexcept;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { end(); }

  void end();
  /// Whether the call is still to be made.
  [[nodiscard]] bool armed() const;

 private:
  struct Entry;
  std::shared_ptr<Entry> entry_;
};

}  // namespace corten::shim
