// SPDX-License-Identifier: Apache-2.0
#include "container/watch.hpp"

#include <poll.h>

#include "base/deadline.hpp"
#include "cgroup/oom_watch.hpp"
#include "container/container_data.hpp"
#include "container/state/status.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {

Watch::Watch(std::unique_ptr<Data> data) : data_{std::move(data)} {}
Watch::Watch(Watch&&) noexcept = default;
Watch& Watch::operator=(Watch&&) noexcept = default;
Watch::~Watch() = default;

std::unique_ptr<Watch::Data> watch_data(const spec::SavedState& saved) {
  auto data = std::make_unique<Watch::Data>();
  data->init = sys::open_pidfd(saved.init_pid);
  if (!init_alive(saved)) data->init.reset();
  data->add(Watch::Event::out_of_memory, std::make_shared<cgroup::OomWatch>(saved.cgroup_paths));
  return data;
}

Watch Container::watch_oom() const { return Watch{watch_data(data_->saved)}; }

namespace {

/// The first that has happened. The levels of pressure below it are reached with it.
Watch::Event first_event(const std::vector<Watch::Data::Source>& sources) {
  auto first = Watch::Event::nothing;
  for (const auto& source : sources) {
    if (first == Watch::Event::out_of_memory) break;
    if (source.happened() && first == Watch::Event::nothing) first = source.event;
  }
  return first;
}

}  // namespace

Watch::Event Watch::wait(std::chrono::nanoseconds limit) {
  if (!data_->init) return Event::stopped;
  const auto until = Deadline::in(limit);
  std::vector<pollfd> what;
  for (const auto& source : data_->sources) what.push_back({source.fd, POLLIN, 0});
  what.push_back({data_->init->get(), POLLIN, 0});
  for (;;) {
    const auto left = until.left();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec timeout{seconds.count(), (left - seconds).count()};
    if (sys::check("ppoll", [&] { return ::ppoll(what.data(), what.size(), &timeout, nullptr); }) == 0) {
      return Event::nothing;
    }
    // Asked in any case: what killed the container may be known later than its end.
    if (const auto event = first_event(data_->sources); event != Event::nothing) return event;
    if (what.back().revents != 0) return Event::stopped;
  }
}

}  // namespace corten::container
