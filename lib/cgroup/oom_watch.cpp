// SPDX-License-Identifier: Apache-2.0
#include "cgroup/oom_watch.hpp"

#include <fmt/core.h>
#include <sys/inotify.h>

#include <utility>

#include "cgroup/event_control.hpp"
#include "cgroup/files.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {

OomWatch::OomWatch(const Paths& paths, std::string_view counted)
    : directory_{memory_directory(paths)}, counted_{counted}, unified_{is_unified(paths)} {
  if (unified_) {
    watch_unified();
  } else {
    events_ = register_event(directory_, "memory.oom_control", {});
  }
}

void OomWatch::watch_unified() {
  const auto path = directory_ + "/memory.events";
  events_ = UniqueFd{sys::check("inotify_init1", [] { return ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK); })};
  sys::check([&] { return fmt::format("watch {}", path); },
             [&] { return ::inotify_add_watch(events_.get(), path.c_str(), IN_MODIFY); });
  count_ = count();
}

std::uint64_t OomWatch::count() const {
  const auto text = read_if_exists(directory_ + "/memory.events");
  return text ? value_of_key(*text, counted_).value_or(0) : count_;
}

bool OomWatch::happened() {
  const bool woken = take_events(events_);
  if (!unified_) return woken && takes_events(directory_);
  const auto now = count();  // read although nothing woke us: the kernel tells of changes late
  return std::exchange(count_, now) < now;
}

}  // namespace corten::cgroup
