// SPDX-License-Identifier: Apache-2.0
// What a container has used. What a machine does not tell stays 0 or empty. Memory in bytes, CPU times in nanoseconds.
// usage_fields.hpp has the names as in the JSON text.
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

/// Bytes that a domain's memory bandwidth was used for, in all and in the own domain. A domain is mostly a processor package.
struct BandwidthUsage {
  std::uint64_t total = 0, local = 0;
};

/// Bytes of a domain's cache.
struct CacheUsage {
  std::uint64_t occupancy = 0;
  bool operator==(const CacheUsage&) const = default;
};

struct RdtStatistics {
  std::optional<CacheInfo> cache = {};
  std::optional<BandwidthInfo> bandwidth = {};
  std::string cache_schema_root = {}, cache_schema = {}, bandwidth_schema_root = {}, bandwidth_schema = {};
  std::vector<std::string> schemata = {};
  std::optional<std::vector<BandwidthUsage>> bandwidth_usage = {};  // a row a domain; not set: nothing is monitored
  std::optional<std::vector<CacheUsage>> cache_usage = {};          // the same
};

/// cgroup v1 and v2: rdma.current and rdma.max.
struct RdmaUsage {
  std::string device = {};  // "mlx5_1"
  std::uint64_t hca_handles = 0, hca_objects = 0;
  std::uint64_t hca_handles_limit = 0, hca_objects_limit = 0;  // none: the greatest number
  bool operator==(const RdmaUsage&) const = default;
};

/// A network interface in the container's network namespace, since it was made.
struct InterfaceUsage {
  std::string name = {};
  std::uint64_t received_bytes = 0, received_packets = 0, receive_errors = 0, receive_dropped = 0;
  std::uint64_t sent_bytes = 0, sent_packets = 0, send_errors = 0, send_dropped = 0;
  bool operator==(const InterfaceUsage&) const = default;
};

struct Statistics {
  CpuStatistics cpu = {};
  CpusetStatistics cpuset = {};
  MemoryStatistics memory = {};
  PidsStatistics pids = {};
  BlockIoStatistics block_io = {};
  std::map<std::string, HugepageUsage> hugepages = {};         // by page size, "2MB"
  RdtStatistics rdt = {};                                      // with a group of Intel RDT
  std::optional<std::vector<InterfaceUsage>> interfaces = {};  // while the first process runs
  std::optional<std::vector<RdmaUsage>> rdma = {};
};

}  // namespace corten::resources
