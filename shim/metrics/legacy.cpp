// SPDX-License-Identifier: Apache-2.0
#include "metrics1.pb-c.h"
#include "shim/message.hpp"
#include "shim/metrics/metrics.hpp"
#include "shim/metrics/parts.hpp"

namespace corten::shim {
namespace {

using Counts = List<Metrics1__DeviceCount>;

Metrics1__MemoryUsage usage_of(const resources::MemoryUsage& usage) {
  Metrics1__MemoryUsage message = METRICS1__MEMORY_USAGE__INIT;
  message.limit = usage.limit;
  message.usage = usage.usage;
  message.max = usage.max;
  message.failcnt = usage.fail_count;
  return message;
}

void put(Counts& list, const std::vector<resources::DeviceCount>& counts, std::size_t& count,
         Metrics1__DeviceCount**& field) {
  for (const auto& one : counts) {
    auto& message = list.add(METRICS1__DEVICE_COUNT__INIT);
    message.op = lent(one.operation);
    message.major = one.major;
    message.minor = one.minor;
    message.value = one.value;
  }
  list.put(count, field);
}

}  // namespace

Metrics legacy_metrics(const resources::Statistics& statistics) {
  Metrics1__Metrics metrics = METRICS1__METRICS__INIT;

  List<Metrics1__Hugepages> hugepages;
  for (const auto& [size, usage] : statistics.hugepages) {
    auto& message = hugepages.add(METRICS1__HUGEPAGES__INIT);
    message.usage = usage.usage;
    message.max = usage.max;
    message.failcnt = usage.fail_count;
    message.pagesize = lent(size);
  }
  hugepages.put(metrics.n_hugetlb, metrics.hugetlb);

  Metrics1__Pids pids = METRICS1__PIDS__INIT;
  pids.current = statistics.pids.current;
  pids.limit = statistics.pids.limit;
  metrics.pids = &pids;

  auto per_cpu = statistics.cpu.usage.per_cpu;
  Metrics1__CpuUsage cpu_usage = METRICS1__CPU_USAGE__INIT;
  cpu_usage.total = statistics.cpu.usage.total;
  cpu_usage.kernel = statistics.cpu.usage.kernel;
  cpu_usage.user = statistics.cpu.usage.user;
  cpu_usage.n_per_cpu = per_cpu.size();
  cpu_usage.per_cpu = per_cpu.data();
  Metrics1__Throttling throttling = METRICS1__THROTTLING__INIT;
  throttling.periods = statistics.cpu.throttling.periods;
  throttling.throttled_periods = statistics.cpu.throttling.throttled_periods;
  throttling.throttled_time = statistics.cpu.throttling.throttled_time;
  Metrics1__Cpu cpu = METRICS1__CPU__INIT;
  cpu.usage = &cpu_usage;
  cpu.throttling = &throttling;
  metrics.cpu = &cpu;

  auto usage = usage_of(statistics.memory.memory), swap = usage_of(statistics.memory.swap);
  auto kernel = usage_of(statistics.memory.kernel), kernel_tcp = usage_of(statistics.memory.kernel_tcp);
  Metrics1__Memory memory = METRICS1__MEMORY__INIT;
  fill_by_name(memory.base, statistics.memory.raw);
  memory.usage = &usage;
  memory.swap = &swap;
  memory.kernel = &kernel;
  memory.kernel_tcp = &kernel_tcp;
  metrics.memory = &memory;

  const auto& from = statistics.block_io;
  Metrics1__BlockIo io = METRICS1__BLOCK_IO__INIT;
  Counts bytes, serviced, queued, service_time, wait_time, merged, time, sectors;
  put(bytes, from.service_bytes, io.n_io_service_bytes_recursive, io.io_service_bytes_recursive);
  put(serviced, from.serviced, io.n_io_serviced_recursive, io.io_serviced_recursive);
  put(queued, from.queued, io.n_io_queued_recursive, io.io_queued_recursive);
  put(service_time, from.service_time, io.n_io_service_time_recursive, io.io_service_time_recursive);
  put(wait_time, from.wait_time, io.n_io_wait_time_recursive, io.io_wait_time_recursive);
  put(merged, from.merged, io.n_io_merged_recursive, io.io_merged_recursive);
  put(time, from.time, io.n_io_time_recursive, io.io_time_recursive);
  put(sectors, from.sectors, io.n_sectors_recursive, io.sectors_recursive);
  metrics.blkio = &io;

  return {"io.containerd.cgroups.v1.Metrics", pack(metrics.base)};
}

}  // namespace corten::shim
