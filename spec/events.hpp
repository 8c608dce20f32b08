// SPDX-License-Identifier: Apache-2.0
// What the `events` command prints, a line of JSON an event: names and order are those of runc's Go structs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corten::spec {

/// Pressure stall information: shares of time in percent, total in microseconds.
struct PressureTimes {
  double average_10 = 0, average_60 = 0, average_300 = 0;
  std::uint64_t total = 0;
};

struct PressureInfo {
  PressureTimes some, full;
};

struct CpuUsage {
  std::uint64_t total = 0;  // nanoseconds, as all of these
  std::vector<std::uint64_t> per_cpu, per_cpu_kernel, per_cpu_user;
  std::uint64_t kernel = 0, user = 0;
  bool operator==(const CpuUsage&) const = default;
};

struct CpuThrottling {
  std::uint64_t periods = 0, throttled_periods = 0, throttled_time = 0;
  bool operator==(const CpuThrottling&) const = default;
};

struct CpuEvent {
  CpuUsage usage;
  CpuThrottling throttling;
  std::optional<PressureInfo> pressure;
};

struct CpusetEvent {
  std::vector<std::uint16_t> cpus, mems;
  std::uint64_t cpu_exclusive = 0, mem_hardwall = 0, mem_exclusive = 0, memory_migrate = 0, memory_spread_page = 0;
  std::uint64_t memory_spread_slab = 0, memory_pressure = 0, sched_load_balance = 0;
  std::int64_t sched_relax_domain_level = 0;
};

struct MemoryEntry {
  std::uint64_t limit = 0, usage = 0, max = 0, fail_count = 0;
  bool operator==(const MemoryEntry&) const = default;
};

struct MemoryEvent {
  std::uint64_t cache = 0;
  MemoryEntry usage, swap, kernel, kernel_tcp;
  std::map<std::string, std::uint64_t> raw;
  std::optional<PressureInfo> pressure;
};

struct BlockIoEntry {
  std::uint64_t major = 0, minor = 0;
  std::string operation;
  std::uint64_t value = 0;
};

struct BlockIoEvent {
  std::vector<BlockIoEntry> service_bytes, serviced, queued, service_time, wait_time, merged, time, sectors;
  std::optional<PressureInfo> pressure;
};

struct HugepageEntry {
  std::uint64_t usage = 0, max = 0, fail_count = 0;
};

struct CacheInfo {
  std::string mask;
  std::uint64_t least_bits = 0, groups = 0;
};

struct BandwidthInfo {
  std::uint64_t granularity = 0, linear_delay = 0, least = 0, groups = 0;
};

struct BandwidthUse {
  std::uint64_t total = 0, local = 0;
};

struct IntelRdtEvent {
  std::optional<CacheInfo> cache;
  std::optional<BandwidthInfo> bandwidth;
  std::string cache_schema_root, cache_schema, bandwidth_schema_root, bandwidth_schema;
  std::vector<std::string> schemata;
  std::optional<std::vector<BandwidthUse>> bandwidth_use;  // a row a domain
  std::optional<std::vector<std::uint64_t>> cache_use;
};

struct Statistics {
  CpuEvent cpu;
  CpusetEvent cpuset;
  MemoryEvent memory;
  std::uint64_t pids_current = 0, pids_limit = 0;
  BlockIoEvent block_io;
  std::map<std::string, HugepageEntry> hugepages;  // by page size, "2MB"
  std::optional<IntelRdtEvent> intel_rdt;
};

/// One line, without its newline.
[[nodiscard]] std::string stats_event_json(std::string_view id, const Statistics& statistics);
[[nodiscard]] std::string oom_event_json(std::string_view id);

}  // namespace corten::spec
