// SPDX-License-Identifier: Apache-2.0
// What `events` tells of a container: its use of resources, and that memory ran out.
#include "cgroup/statistics.hpp"

#include <poll.h>

#include <array>

#include "api/container.hpp"
#include "base/deadline.hpp"
#include "cgroup/oom_watch.hpp"
#include "container/container_data.hpp"
#include "container/rdt.hpp"
#include "container/state/status.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {

resources::Statistics Container::statistics() const {
  auto statistics = cgroup::read_statistics(data_->saved.cgroup_paths);
  statistics.rdt = rdt_statistics(data_->saved);
  return statistics;
}

struct OomWatch::Data {
  cgroup::OomWatch memory;
  std::optional<UniqueFd> init;  // nothing: stopped already
};

OomWatch::OomWatch(std::unique_ptr<Data> data) : data_{std::move(data)} {}
OomWatch::OomWatch(OomWatch&&) noexcept = default;
OomWatch& OomWatch::operator=(OomWatch&&) noexcept = default;
OomWatch::~OomWatch() = default;

OomWatch Container::watch_oom() const {
  auto init = sys::open_pidfd(data_->saved.init_pid);
  if (!init_alive(data_->saved)) init.reset();
  return OomWatch{
      std::make_unique<OomWatch::Data>(OomWatch::Data{cgroup::OomWatch{data_->saved.cgroup_paths}, std::move(init)})};
}

OomWatch::Event OomWatch::wait(std::chrono::nanoseconds limit) {
  if (!data_->init) return Event::stopped;
  const auto until = Deadline::in(limit);
  for (;;) {
    const auto left = until.left();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec timeout{seconds.count(), (left - seconds).count()};
    std::array<pollfd, 2> what{{{data_->memory.fd(), POLLIN, 0}, {data_->init->get(), POLLIN, 0}}};
    if (sys::check("ppoll", [&] { return ::ppoll(what.data(), what.size(), &timeout, nullptr); }) == 0) {
      return Event::nothing;
    }
    // Asked in any case: what killed the container may be known later than its end.
    if (data_->memory.happened()) return Event::out_of_memory;
    if (what[1].revents != 0) return Event::stopped;
  }
}

}  // namespace corten::container
