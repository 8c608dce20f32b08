// SPDX-License-Identifier: Apache-2.0
// What programs ask of a watch, and the command does not.
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "cgroup/event_control.hpp"
#include "cgroup/oom_watch.hpp"
#include "cgroup/pressure_watch.hpp"
#include "container/container_data.hpp"
#include "container/watch.hpp"
#include "sys/syscall.hpp"

namespace corten::container {

using cgroup::PressureLevel;

Watch Container::watch(const PressureLevels& levels) const {
  const auto& paths = data_->saved.cgroup_paths;
  auto data = watch_data(data_->saved);
  const auto add = [&](bool wanted, Watch::Event event, PressureLevel level) {
    if (wanted) data->add(event, std::make_shared<cgroup::PressureWatch>(paths, level));
  };
  add(levels.critical, Watch::Event::critical_pressure, PressureLevel::critical);
  add(levels.medium, Watch::Event::medium_pressure, PressureLevel::medium);
  add(levels.low, Watch::Event::low_pressure, PressureLevel::low);
  if (levels.low && cgroup::is_unified(paths)) {
    for (const auto* limit : {"high", "max"}) {
      data->add(Watch::Event::low_pressure, std::make_shared<cgroup::OomWatch>(paths, limit));
    }
  }
  return Watch{std::move(data)};
}

int Watch::fd() {
  auto& all = data_->all;
  if (all.valid()) return all.get();
  UniqueFd made{sys::check("epoll_create1", [] { return ::epoll_create1(EPOLL_CLOEXEC); })};
  const auto add = [&](int fd) {
    epoll_event event{.events = EPOLLIN, .data = {}};
    sys::check("epoll_ctl", [&] { return ::epoll_ctl(made.get(), EPOLL_CTL_ADD, fd, &event); });
  };
  for (const auto& source : data_->sources) add(source.fd);
  if (!data_->init) {
    data_->stopped = UniqueFd{sys::check("eventfd", [] { return ::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK); })};
  }
  add(data_->init ? data_->init->get() : data_->stopped.get());
  all = std::move(made);
  return all.get();
}

}  // namespace corten::container
