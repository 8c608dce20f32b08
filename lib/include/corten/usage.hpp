// SPDX-License-Identifier: Apache-2.0
// What a container has used: cgroup and rdt fill these values, spec/events prints them. What a machine does not tell stays 0
// or empty. Memory in bytes, CPU times in nanoseconds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace corten::resources {

/// Pressure stall information of one resource: shares of time in percent, total in microseconds.
struct PressureTimes {
  double average_10 = 0, average_60 = 0, average_300 = 0;
  std::uint64_t total = 0;
};

struct Pressure {
  PressureTimes some = {}, full = {};
};

struct CpuUsage {
  std::uint64_t total = 0, kernel = 0, user = 0;
  std::vector<std::uint64_t> per_cpu = {}, per_cpu_kernel = {}, per_cpu_user = {};  // cgroup v1
  bool operator==(const CpuUsage&) const = default;
};

struct CpuThrottling {
  std::uint64_t periods = 0, throttled_periods = 0, throttled_time = 0;
  bool operator==(const CpuThrottling&) const = default;
};

struct CpuStatistics {
  CpuUsage usage = {};
  CpuThrottling throttling = {};
  std::optional<Pressure> pressure = {};
};

/// cgroup v1.
struct CpusetStatistics {
  std::vector<std::uint16_t> cpus = {}, mems = {};
  std::uint64_t cpu_exclusive = 0, mem_hardwall = 0, mem_exclusive = 0, memory_migrate = 0, memory_spread_page = 0;
  std::uint64_t memory_spread_slab = 0, memory_pressure = 0, sched_load_balance = 0;
  std::int64_t sched_relax_domain_level = 0;
};

struct MemoryUsage {
  std::uint64_t limit = 0;  // none: the greatest number
  std::uint64_t usage = 0, max = 0, fail_count = 0;
  bool operator==(const MemoryUsage&) const = default;
};

struct MemoryStatistics {
  std::uint64_t cache = 0;
  MemoryUsage memory = {}, swap = {}, kernel = {}, kernel_tcp = {};  // swap counts memory, too, as on cgroup v1
  std::map<std::string, std::uint64_t> raw = {};                     // memory.stat
  std::optional<Pressure> pressure = {};
};

struct PidsStatistics {
  std::uint64_t current = 0, limit = 0;  // no limit is 0
};

struct DeviceCount {
  std::uint64_t major = 0, minor = 0;
  std::string operation = {};  // "Read", "Write", "Sync", ...
  std::uint64_t value = 0;
  bool operator==(const DeviceCount&) const = default;
};

struct BlockIoStatistics {
  std::vector<DeviceCount> service_bytes = {}, serviced = {}, queued = {}, service_time = {}, wait_time = {},
                           merged = {}, time = {}, sectors = {};
  std::optional<Pressure> pressure = {};
};

struct HugepageUsage {
  std::uint64_t usage = 0, max = 0, fail_count = 0;
};

/// What the machine's caches can be divided into.
struct CacheInfo {
  std::string mask = {};
  std::uint64_t least_bits = 0, groups = 0;
};

/// The same for memory bandwidth.
struct BandwidthInfo {
  std::uint64_t granularity = 0, linear_delay = 0, least = 0, groups = 0;
};

struct BandwidthUsage {
  std::uint64_t total = 0, local = 0;
};

struct RdtStatistics {
  std::optional<CacheInfo> cache = {};
  std::optional<BandwidthInfo> bandwidth = {};
  std::string cache_schema_root = {}, cache_schema = {}, bandwidth_schema_root = {}, bandwidth_schema = {};
  std::vector<std::string> schemata = {};
  std::optional<std::vector<BandwidthUsage>> bandwidth_usage = {};  // a row a domain: a processor package, mostly
  std::optional<std::vector<std::uint64_t>> cache_usage = {};       // bytes, the same
};

struct Statistics {
  CpuStatistics cpu = {};
  CpusetStatistics cpuset = {};
  MemoryStatistics memory = {};
  PidsStatistics pids = {};
  BlockIoStatistics block_io = {};
  std::map<std::string, HugepageUsage> hugepages = {};  // by page size, "2MB"
  std::optional<RdtStatistics> rdt = {};                // with a group of Intel RDT
};

}  // namespace corten::resources
