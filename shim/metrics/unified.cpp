// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <map>
#include <utility>

#include "metrics2.pb-c.h"
#include "shim/message.hpp"
#include "shim/metrics/metrics.hpp"
#include "shim/metrics/parts.hpp"

namespace corten::shim {
namespace {

constexpr std::uint64_t nanoseconds = 1000;  // in a microsecond
constexpr auto no_limit = std::numeric_limits<std::uint64_t>::max();

/// A value of swap and memory together less that of memory, as v2 tells it.
std::uint64_t swap_alone(std::uint64_t both, std::uint64_t memory) {
  if (both == no_limit) return no_limit;
  return both > memory ? both - memory : 0;
}

struct Direction {
  std::uint64_t Metrics2__IoEntry::*read;
  std::uint64_t Metrics2__IoEntry::*written;
};

/// A row a device, with what was read and written.
using Devices = std::map<std::pair<std::uint64_t, std::uint64_t>, Metrics2__IoEntry>;

void take(Devices& devices, const std::vector<resources::DeviceCount>& counts, const Direction& direction) {
  for (const auto& count : counts) {
    auto& entry =
        devices.try_emplace({count.major, count.minor}, Metrics2__IoEntry METRICS2__IO_ENTRY__INIT).first->second;
    entry.major = count.major;
    entry.minor = count.minor;
    if (count.operation == "Read") entry.*direction.read = count.value;
    if (count.operation == "Write") entry.*direction.written = count.value;
  }
}

}  // namespace

Metrics unified_metrics(const resources::Statistics& statistics) {
  Metrics2__Metrics metrics = METRICS2__METRICS__INIT;

  Metrics2__Pids pids = METRICS2__PIDS__INIT;
  pids.current = statistics.pids.current;
  pids.limit = statistics.pids.limit == 0 ? no_limit : statistics.pids.limit;
  metrics.pids = &pids;

  Metrics2__Cpu cpu = METRICS2__CPU__INIT;
  cpu.usage_usec = statistics.cpu.usage.total / nanoseconds;
  cpu.user_usec = statistics.cpu.usage.user / nanoseconds;
  cpu.system_usec = statistics.cpu.usage.kernel / nanoseconds;
  cpu.nr_periods = statistics.cpu.throttling.periods;
  cpu.nr_throttled = statistics.cpu.throttling.throttled_periods;
  cpu.throttled_usec = statistics.cpu.throttling.throttled_time / nanoseconds;
  metrics.cpu = &cpu;

  const auto& used = statistics.memory;
  Metrics2__Memory memory = METRICS2__MEMORY__INIT;
  fill_by_name(memory.base, used.raw);
  memory.usage = used.memory.usage;
  memory.usage_limit = used.memory.limit;
  memory.max_usage = used.memory.max;
  memory.swap_usage = swap_alone(used.swap.usage, used.memory.usage);
  memory.swap_limit = swap_alone(used.swap.limit, used.memory.limit);
  metrics.memory = &memory;

  Devices devices;
  take(devices, statistics.block_io.service_bytes, {&Metrics2__IoEntry::rbytes, &Metrics2__IoEntry::wbytes});
  take(devices, statistics.block_io.serviced, {&Metrics2__IoEntry::rios, &Metrics2__IoEntry::wios});
  List<Metrics2__IoEntry> entries;
  for (const auto& [device, entry] : devices) entries.add(entry);
  Metrics2__Io io = METRICS2__IO__INIT;
  entries.put(io.n_usage, io.usage);
  metrics.io = &io;

  List<Metrics2__Hugepages> hugepages;
  for (const auto& [size, usage] : statistics.hugepages) {
    auto& message = hugepages.add(METRICS2__HUGEPAGES__INIT);
    message.current = usage.usage;
    message.max = usage.max;
    message.failcnt = usage.fail_count;
    message.pagesize = lent(size);
  }
  hugepages.put(metrics.n_hugetlb, metrics.hugetlb);

  return {"io.containerd.cgroups.v2.Metrics", pack(metrics.base)};
}

}  // namespace corten::shim
