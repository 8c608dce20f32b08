// SPDX-License-Identifier: Apache-2.0
// What a cgroup has used so far, as `events` tells it. Values that a layout does not have stay 0 or empty.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cgroup/manager.hpp"

namespace corten::cgroup {

/// Pressure stall information of one resource: shares of time in percent, total in microseconds.
struct PressureLine {
  double average_10 = 0, average_60 = 0, average_300 = 0;
  std::uint64_t total = 0;
};

struct Pressure {
  PressureLine some, full;
};

struct CpuStatistics {
  // Nanoseconds; the lists have an entry a CPU, on v1 only.
  std::uint64_t total = 0, kernel = 0, user = 0;
  std::vector<std::uint64_t> per_cpu, per_cpu_kernel, per_cpu_user;
  std::uint64_t periods = 0, throttled_periods = 0, throttled_time = 0;
  std::optional<Pressure> pressure;
};

struct CpusetStatistics {
  std::vector<std::uint16_t> cpus, mems;
  std::uint64_t cpu_exclusive = 0, mem_hardwall = 0, mem_exclusive = 0, memory_migrate = 0, memory_spread_page = 0;
  std::uint64_t memory_spread_slab = 0, memory_pressure = 0, sched_load_balance = 0;
  std::int64_t sched_relax_domain_level = 0;
};

/// Bytes; a limit that is none is the greatest number.
struct MemoryUse {
  std::uint64_t usage = 0, max_usage = 0, fail_count = 0, limit = 0;
};

struct MemoryStatistics {
  std::uint64_t cache = 0;
  MemoryUse memory, swap, kernel, kernel_tcp;  // swap counts memory too, as on v1
  std::map<std::string, std::uint64_t> raw;    // memory.stat
  std::optional<Pressure> pressure;
};

struct PidsStatistics {
  std::uint64_t current = 0, limit = 0;  // no limit is 0
};

struct DeviceCount {
  std::uint64_t major = 0, minor = 0;
  std::string operation;  // "Read", "Write", "Sync", ...
  std::uint64_t value = 0;
  bool operator==(const DeviceCount&) const = default;
};

struct BlockIoStatistics {
  std::vector<DeviceCount> service_bytes, serviced, queued, service_time, wait_time, merged, time, sectors;
  std::optional<Pressure> pressure;
};

struct HugepageUse {
  std::uint64_t usage = 0, max_usage = 0, fail_count = 0;
};

struct Statistics {
  CpuStatistics cpu;
  CpusetStatistics cpuset;  // v1
  MemoryStatistics memory;
  PidsStatistics pids;
  BlockIoStatistics block_io;
  std::map<std::string, HugepageUse> hugepages;  // by page size, "2MB"
};

/// Reads all of it. Files that are not there (a controller that is off, an older kernel) are left out.
[[nodiscard]] Statistics read_statistics(const Paths& paths);

/// The page sizes of this machine as cgroup files name them: "64KB", "2MB", "1GB".
[[nodiscard]] std::vector<std::string> hugepage_sizes();

}  // namespace corten::cgroup
