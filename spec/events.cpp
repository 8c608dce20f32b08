// SPDX-License-Identifier: Apache-2.0
#include "spec/events.hpp"

#include "spec/json_writer.hpp"

namespace corten::spec {

using namespace resources;

namespace {

/// Go's "omitempty" of a number.
void member_unless_zero(JsonWriter& to, std::string_view name, std::uint64_t number) {
  if (number != 0) to.member(name, number);
}

template <class Number>
void write_numbers(JsonWriter& to, std::string_view name, const std::vector<Number>& numbers) {
  if (numbers.empty()) return;
  to.key(name);
  to.begin_array();
  for (const auto number : numbers) to.value(number);
  to.end_array();
}

void write_times(JsonWriter& to, std::string_view name, const PressureTimes& times) {
  to.key(name);
  to.begin_object();
  to.member("avg10", times.average_10);
  to.member("avg60", times.average_60);
  to.member("avg300", times.average_300);
  to.member("total", times.total);
  to.end_object();
}

void write_pressure(JsonWriter& to, const std::optional<Pressure>& pressure) {
  if (!pressure) return;
  to.key("psi");
  to.begin_object();
  write_times(to, "some", pressure->some);
  write_times(to, "full", pressure->full);
  to.end_object();
}

void write_usage(JsonWriter& to, const CpuUsage& usage) {
  if (usage == CpuUsage{}) return;
  to.key("usage");
  to.begin_object();
  member_unless_zero(to, "total", usage.total);
  write_numbers(to, "percpu", usage.per_cpu);
  write_numbers(to, "percpu_kernel", usage.per_cpu_kernel);
  write_numbers(to, "percpu_user", usage.per_cpu_user);
  to.member("kernel", usage.kernel);
  to.member("user", usage.user);
  to.end_object();
}

void write_throttling(JsonWriter& to, const CpuThrottling& throttling) {
  if (throttling == CpuThrottling{}) return;
  to.key("throttling");
  to.begin_object();
  member_unless_zero(to, "periods", throttling.periods);
  member_unless_zero(to, "throttledPeriods", throttling.throttled_periods);
  member_unless_zero(to, "throttledTime", throttling.throttled_time);
  to.end_object();
}

void write_cpu(JsonWriter& to, const CpuStatistics& cpu) {
  to.key("cpu");
  to.begin_object();
  write_usage(to, cpu.usage);
  write_throttling(to, cpu.throttling);
  write_pressure(to, cpu.pressure);
  to.end_object();
}

void write_cpuset(JsonWriter& to, const CpusetStatistics& cpuset) {
  to.key("cpuset");
  to.begin_object();
  write_numbers(to, "cpus", cpuset.cpus);
  to.member("cpu_exclusive", cpuset.cpu_exclusive);
  write_numbers(to, "mems", cpuset.mems);
  to.member("mem_hardwall", cpuset.mem_hardwall);
  to.member("mem_exclusive", cpuset.mem_exclusive);
  to.member("memory_migrate", cpuset.memory_migrate);
  to.member("memory_spread_page", cpuset.memory_spread_page);
  to.member("memory_spread_slab", cpuset.memory_spread_slab);
  to.member("memory_pressure", cpuset.memory_pressure);
  to.member("sched_load_balance", cpuset.sched_load_balance);
  to.member("sched_relax_domain_level", cpuset.sched_relax_domain_level);
  to.end_object();
}

void write_memory_usage(JsonWriter& to, std::string_view name, const MemoryUsage& usage) {
  if (usage == MemoryUsage{}) return;
  to.key(name);
  to.begin_object();
  to.member("limit", usage.limit);
  member_unless_zero(to, "usage", usage.usage);
  member_unless_zero(to, "max", usage.max);
  to.member("failcnt", usage.fail_count);
  to.end_object();
}

void write_memory(JsonWriter& to, const MemoryStatistics& memory) {
  to.key("memory");
  to.begin_object();
  member_unless_zero(to, "cache", memory.cache);
  write_memory_usage(to, "usage", memory.memory);
  write_memory_usage(to, "swap", memory.swap);
  write_memory_usage(to, "kernel", memory.kernel);
  write_memory_usage(to, "kernelTCP", memory.kernel_tcp);
  if (!memory.raw.empty()) {
    to.key("raw");
    to.begin_object();
    for (const auto& [name, value] : memory.raw) to.member(name, value);
    to.end_object();
  }
  write_pressure(to, memory.pressure);
  to.end_object();
}

void write_pids(JsonWriter& to, const PidsStatistics& pids) {
  to.key("pids");
  to.begin_object();
  member_unless_zero(to, "current", pids.current);
  member_unless_zero(to, "limit", pids.limit);
  to.end_object();
}

void write_device_counts(JsonWriter& to, std::string_view name, const std::vector<DeviceCount>& counts) {
  if (counts.empty()) return;
  to.key(name);
  to.begin_array();
  for (const auto& count : counts) {
    to.begin_object();
    member_unless_zero(to, "major", count.major);
    member_unless_zero(to, "minor", count.minor);
    to.member_unless_empty("op", count.operation);
    member_unless_zero(to, "value", count.value);
    to.end_object();
  }
  to.end_array();
}

void write_block_io(JsonWriter& to, const BlockIoStatistics& io) {
  to.key("blkio");
  to.begin_object();
  write_device_counts(to, "ioServiceBytesRecursive", io.service_bytes);
  write_device_counts(to, "ioServicedRecursive", io.serviced);
  write_device_counts(to, "ioQueueRecursive", io.queued);
  write_device_counts(to, "ioServiceTimeRecursive", io.service_time);
  write_device_counts(to, "ioWaitTimeRecursive", io.wait_time);
  write_device_counts(to, "ioMergedRecursive", io.merged);
  write_device_counts(to, "ioTimeRecursive", io.time);
  write_device_counts(to, "sectorsRecursive", io.sectors);
  write_pressure(to, io.pressure);
  to.end_object();
}

void write_hugepages(JsonWriter& to, const std::map<std::string, HugepageUsage>& hugepages) {
  to.key("hugetlb");
  to.begin_object();
  for (const auto& [size, usage] : hugepages) {
    to.key(size);
    to.begin_object();
    member_unless_zero(to, "usage", usage.usage);
    member_unless_zero(to, "max", usage.max);
    to.member("failcnt", usage.fail_count);
    to.end_object();
  }
  to.end_object();
}

void write_info(JsonWriter& json, const RdtStatistics& rdt) {
  if (rdt.cache) {
    json.key("l3_cache_info");
    json.begin_object();
    json.member_unless_empty("cbm_mask", rdt.cache->mask);
    member_unless_zero(json, "min_cbm_bits", rdt.cache->least_bits);
    member_unless_zero(json, "num_closids", rdt.cache->groups);
    json.end_object();
  }
  json.member_unless_empty("l3_cache_schema_root", rdt.cache_schema_root);
  json.member_unless_empty("l3_cache_schema", rdt.cache_schema);
  if (rdt.bandwidth) {
    json.key("mem_bw_info");
    json.begin_object();
    member_unless_zero(json, "bandwidth_gran", rdt.bandwidth->granularity);
    member_unless_zero(json, "delay_linear", rdt.bandwidth->linear_delay);
    member_unless_zero(json, "min_bandwidth", rdt.bandwidth->least);
    member_unless_zero(json, "num_closids", rdt.bandwidth->groups);
    json.end_object();
  }
  json.member_unless_empty("mem_bw_schema_root", rdt.bandwidth_schema_root);
  json.member_unless_empty("mem_bw_schema", rdt.bandwidth_schema);
  json.member_unless_empty("schemata", rdt.schemata);
}

void write_rdt(JsonWriter& json, const RdtStatistics& rdt) {
  json.begin_object();
  write_info(json, rdt);
  if (rdt.bandwidth_usage) {
    json.key("mbm_stats");
    json.begin_array();
    for (const auto& use : *rdt.bandwidth_usage) {
      json.begin_object();
      json.member("mbm_total_bytes", use.total);
      json.member("mbm_local_bytes", use.local);
      json.end_object();
    }
    json.end_array();
  }
  if (rdt.cache_usage) {
    json.key("cmt_stats");
    json.begin_array();
    for (const auto occupancy : *rdt.cache_usage) {
      json.begin_object();
      json.member("llc_occupancy", occupancy);
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
}

void write_statistics(JsonWriter& json, const Statistics& statistics) {
  json.begin_object();
  write_cpu(json, statistics.cpu);
  write_cpuset(json, statistics.cpuset);
  write_memory(json, statistics.memory);
  write_pids(json, statistics.pids);
  write_block_io(json, statistics.block_io);
  write_hugepages(json, statistics.hugepages);
  json.key("intel_rdt");
  write_rdt(json, statistics.rdt.value_or(RdtStatistics{}));
  // The interfaces that runc made itself, which no runtime for OCI bundles does.
  json.key("network_interfaces");
  json.null();
  json.end_object();
}

}  // namespace

std::string stats_event_json(std::string_view id, const Statistics& statistics) {
  JsonWriter json;
  json.begin_object();
  json.member("type", std::string_view{"stats"});
  json.member("id", id);
  json.key("data");
  write_statistics(json, statistics);
  json.end_object();
  return json.take();
}

std::string stats_json(const Statistics& statistics) {
  JsonWriter json;
  write_statistics(json, statistics);
  return json.take();
}

std::string rdt_json(const RdtStatistics& statistics) {
  JsonWriter json;
  write_rdt(json, statistics);
  return json.take();
}

std::string oom_event_json(std::string_view id) {
  JsonWriter json;
  json.begin_object();
  json.member("type", std::string_view{"oom"});
  json.member("id", id);
  json.end_object();
  return json.take();
}

}  // namespace corten::spec
