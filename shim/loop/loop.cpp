// SPDX-License-Identifier: Apache-2.0
#include "shim/loop/loop.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <limits>
#include <utility>

#include "base/log.hpp"
#include "sys/syscall.hpp"

namespace corten::shim {

struct Loop::Watched : std::enable_shared_from_this<Watched> {
  Watched(int epoll_fd, int watched_fd, Watch::Handler call)
      : epoll{epoll_fd}, fd{watched_fd}, handler{std::move(call)} {}

  int epoll, fd;
  Watch::Handler handler;
  std::uint32_t events = 0;
};

namespace {

/// What one handler could not do must not keep the others from their work.
template <class Call>
void guarded(Call&& call) {
  try {
    call();
  } catch (const std::exception& error) {
    log::write(log::Level::error, error.what());
  }
}

}  // namespace

Loop::Loop() : epoll_{sys::check("epoll_create1", [] { return ::epoll_create1(EPOLL_CLOEXEC); })} {}

int Loop::until_next_timer() const {
  if (timers_.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

void Loop::run_timers() {
  while (!stopped_ && !timers_.empty() && timers_.begin()->first <= Clock::now()) {
    const auto call = std::move(timers_.extract(timers_.begin()).mapped());
    guarded(call);
  }
}

void Loop::run() {
  while (!stopped_) {
    // One at a time: a handler may end any other watch, whose event would be in hand already.
    epoll_event event{};
    const auto count =
        sys::check("epoll_wait", [&] { return ::epoll_wait(epoll_.get(), &event, 1, until_next_timer()); });
    if (count == 1) {
      const auto watched = static_cast<Watched*>(event.data.ptr)->shared_from_this();
      guarded([&] { watched->handler(event.events); });
    }
    run_timers();
  }
}

Watch::Watch(Loop& loop, int fd, std::uint32_t events, Handler handler)
    : watched_{std::make_shared<Loop::Watched>(loop.epoll_.get(), fd, std::move(handler))} {
  set(events);
}

Watch& Watch::operator=(Watch&& other) noexcept {
  if (this != &other) {
    end();
    watched_ = std::move(other.watched_);
  }
  return *this;
}

bool Watch::set(std::uint32_t events) {
  if (!watched_) return false;
  auto& watched = *watched_;
  if (events == watched.events) return true;
  epoll_event event{events, {.ptr = &watched}};
  const int call = events == 0 ? EPOLL_CTL_DEL : watched.events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  const auto result = sys::attempt([&] { return ::epoll_ctl(watched.epoll, call, watched.fd, &event); });
  if (result == -EPERM) return false;
  if (result < 0) throw_errno("epoll_ctl", -result);
  watched.events = events;
  return true;
}

void Watch::end() {
  if (!watched_) return;
  if (watched_->events != 0) ::epoll_ctl(watched_->epoll, EPOLL_CTL_DEL, watched_->fd, nullptr);
  watched_.reset();
}

struct Timer::Entry {
  Loop::Timers* timers;
  Loop::Timers::iterator at;
  bool done = false;
};

Timer::Timer(Loop& loop, std::chrono::milliseconds after, std::function<void()> call)
    : entry_{std::make_shared<Entry>(Entry{&loop.timers_, {}})} {
  entry_->at = loop.timers_.emplace(Loop::Clock::now() + after, [entry = entry_, call = std::move(call)] {
    entry->done = true;
    call();
  });
}

Timer::Timer(Timer&& other) noexcept : entry_{std::move(other.entry_)} {}

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this != &other) {
    end();
    entry_ = std::move(other.entry_);
  }
  return *this;
}

bool Timer::armed() const { return entry_ && !entry_->done; }

void Timer::end() {
  if (!entry_) return;
  const auto entry = std::move(entry_);
  entry_.reset();
  if (!entry->done) entry->timers->erase(entry->at);
}

}  // namespace corten::shim
