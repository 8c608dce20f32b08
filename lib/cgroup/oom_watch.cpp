// SPDX-License-Identifier: Apache-2.0
#include "cgroup/oom_watch.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cgroup/checked.hpp"
#include "cgroup/files.hpp"
#include "cgroup/write.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {

OomWatch::OomWatch(const Paths& paths)
    : directory_{directory_of(paths, "memory")}, unified_{paths.size() == 1 && paths.front().first.empty()} {
  if (directory_.empty()) throw Error{"memory controller missing"};
  unified_ ? watch_unified() : watch_legacy();
}

void OomWatch::watch_legacy() {
  if (const auto why = why_no_cgroup(directory_)) throw Error{fmt::format("cgroup {} {}", quote(directory_), *why)};
  const auto control = sys::open_at(AT_FDCWD, directory_ + "/memory.oom_control", O_RDONLY);
  events_ = UniqueFd{sys::check("eventfd", [] { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); })};
  write_file(directory_ + "/cgroup.event_control", fmt::format("{} {}", events_.get(), control.get()));
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
  return text ? value_of_key(*text, "oom_kill").value_or(0) : count_;
}

bool OomWatch::happened() {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  bool woken = false;
  while (sys::attempt([&] { return ::read(events_.get(), buffer.data(), buffer.size()); }) > 0) woken = true;
  // The removal of a v1 cgroup is an event, too.
  if (!unified_) return woken && ::access((directory_ + "/cgroup.event_control").c_str(), F_OK) == 0;
  const auto now = count();  // read although nothing woke us: the kernel tells of changes late
  return std::exchange(count_, now) < now;
}

}  // namespace corten::cgroup
