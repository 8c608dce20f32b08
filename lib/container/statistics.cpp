// SPDX-License-Identifier: Apache-2.0
// What `events` tells of a container: its use of resources, and that memory ran out.
#include "cgroup/statistics.hpp"

#include <poll.h>

#include <algorithm>
#include <array>

#include "base/deadline.hpp"
#include "cgroup/oom_watch.hpp"
#include "container/container_data.hpp"
#include "container/rdt.hpp"
#include "container/state/status.hpp"
#include "corten/container.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

spec::PressureTimes convert(const cgroup::PressureLine& line) {
  return {line.average_10, line.average_60, line.average_300, line.total};
}

std::optional<spec::PressureInfo> convert(const std::optional<cgroup::Pressure>& pressure) {
  if (!pressure) return std::nullopt;
  return spec::PressureInfo{convert(pressure->some), convert(pressure->full)};
}

spec::MemoryEntry convert(const cgroup::MemoryUse& use) {
  return {use.limit, use.usage, use.max_usage, use.fail_count};
}

std::vector<spec::BlockIoEntry> convert(const std::vector<cgroup::DeviceCount>& counts) {
  std::vector<spec::BlockIoEntry> entries;
  for (const auto& count : counts) entries.push_back({count.major, count.minor, count.operation, count.value});
  return entries;
}

spec::CpuEvent convert(const cgroup::CpuStatistics& cpu) {
  return {{cpu.total, cpu.per_cpu, cpu.per_cpu_kernel, cpu.per_cpu_user, cpu.kernel, cpu.user},
          {cpu.periods, cpu.throttled_periods, cpu.throttled_time},
          convert(cpu.pressure)};
}

spec::CpusetEvent convert(const cgroup::CpusetStatistics& cpuset) {
  spec::CpusetEvent event;
  event.cpus = cpuset.cpus;
  event.mems = cpuset.mems;
  event.cpu_exclusive = cpuset.cpu_exclusive;
  event.mem_hardwall = cpuset.mem_hardwall;
  event.mem_exclusive = cpuset.mem_exclusive;
  event.memory_migrate = cpuset.memory_migrate;
  event.memory_spread_page = cpuset.memory_spread_page;
  event.memory_spread_slab = cpuset.memory_spread_slab;
  event.memory_pressure = cpuset.memory_pressure;
  event.sched_load_balance = cpuset.sched_load_balance;
  event.sched_relax_domain_level = cpuset.sched_relax_domain_level;
  return event;
}

spec::MemoryEvent convert(const cgroup::MemoryStatistics& memory) {
  return {
      memory.cache, convert(memory.memory),  convert(memory.swap), convert(memory.kernel), convert(memory.kernel_tcp),
      memory.raw,   convert(memory.pressure)};
}

spec::BlockIoEvent convert(const cgroup::BlockIoStatistics& io) {
  return {convert(io.service_bytes), convert(io.serviced),  convert(io.queued),
          convert(io.service_time),  convert(io.wait_time), convert(io.merged),
          convert(io.time),          convert(io.sectors),   convert(io.pressure)};
}

}  // namespace

spec::Statistics Container::statistics() const {
  const auto read = cgroup::read_statistics(data_->saved.cgroup_paths);
  spec::Statistics statistics;
  statistics.cpu = convert(read.cpu);
  statistics.cpuset = convert(read.cpuset);
  statistics.memory = convert(read.memory);
  statistics.pids_current = read.pids.current;
  statistics.pids_limit = read.pids.limit;
  statistics.block_io = convert(read.block_io);
  for (const auto& [size, use] : read.hugepages) {
    statistics.hugepages[size] = {use.usage, use.max_usage, use.fail_count};
  }
  statistics.intel_rdt = rdt_event(data_->saved);
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
