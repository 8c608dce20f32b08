// SPDX-License-Identifier: Apache-2.0
// The names of usage.hpp's fields: those of runc's `events`, whose order this is, and `rdma`. fields.hpp says how such a table
// is read.
#pragma once

#include <corten/fields.hpp>
#include <corten/usage.hpp>

namespace corten::resources {

using spec::Same;

template <class V, Same<PressureTimes> T>
void fields(V&& visit, T& x) {
  visit("avg10", x.average_10);
  visit("avg60", x.average_60);
  visit("avg300", x.average_300);
  visit("total", x.total);
}

template <class V, Same<Pressure> T>
void fields(V&& visit, T& x) {
  visit("some", x.some);
  visit("full", x.full);
}

template <class V, Same<CpuUsage> T>
void fields(V&& visit, T& x) {
  visit.unless_zero("total", x.total);
  visit("percpu", x.per_cpu);
  visit("percpu_kernel", x.per_cpu_kernel);
  visit("percpu_user", x.per_cpu_user);
  visit("kernel", x.kernel);
  visit("user", x.user);
}

template <class V, Same<CpuThrottling> T>
void fields(V&& visit, T& x) {
  visit.unless_zero("periods", x.periods);
  visit.unless_zero("throttledPeriods", x.throttled_periods);
  visit.unless_zero("throttledTime", x.throttled_time);
}

template <class V, Same<CpuStatistics> T>
void fields(V&& visit, T& x) {
  visit.unless_zero("usage", x.usage);
  visit.unless_zero("throttling", x.throttling);
  visit("psi", x.pressure);
}

template <class V, Same<CpusetStatistics> T>
void fields(V&& visit, T& x) {
  visit("cpus", x.cpus);
  visit("cpu_exclusive", x.cpu_exclusive);
  visit("mems", x.mems);
  visit("mem_hardwall", x.mem_hardwall);
  visit("mem_exclusive", x.mem_exclusive);
  visit("memory_migrate", x.memory_migrate);
  visit("memory_spread_page", x.memory_spread_page);
  visit("memory_spread_slab", x.memory_spread_slab);
  visit("memory_pressure", x.memory_pressure);
  visit("sched_load_balance", x.sched_load_balance);
  visit("sched_relax_domain_level", x.sched_relax_domain_level);
}

template <class V, Same<MemoryUsage> T>
void fields(V&& visit, T& x) {
  visit("limit", x.limit);
  visit.unless_zero("usage", x.usage);
  visit.unless_zero("max", x.max);
  visit("failcnt", x.fail_count);
}

template <class V, Same<MemoryStatistics> T>
void fields(V&& visit, T& x) {
  visit.unless_zero("cache", x.cache);
  visit.unless_zero("usage", x.memory);
  visit.unless_zero("swap", x.swap);
  visit.unless_zero("kernel", x.kernel);
  visit.unless_zero("kernelTCP", x.kernel_tcp);
  visit("raw", x.raw);
  visit("psi", x.pressure);
}

template <class V, Same<PidsStatistics> T>
void fields(V&& visit, T& x) {
  visit.unless_zero("current", x.current);
  visit.unless_zero("limit", x.limit);
}

template <class V, Same<DeviceCount> T>
void fields(V&& visit, T& x) {
  visit.unless_zero("major", x.major);
  visit.unless_zero("minor", x.minor);
  visit("op", x.operation);
  visit.unless_zero("value", x.value);
}

template <class V, Same<BlockIoStatistics> T>
void fields(V&& visit, T& x) {
  visit("ioServiceBytesRecursive", x.service_bytes);
  visit("ioServicedRecursive", x.serviced);
  visit("ioQueueRecursive", x.queued);
  visit("ioServiceTimeRecursive", x.service_time);
  visit("ioWaitTimeRecursive", x.wait_time);
  visit("ioMergedRecursive", x.merged);
  visit("ioTimeRecursive", x.time);
  visit("sectorsRecursive", x.sectors);
  visit("psi", x.pressure);
}

template <class V, Same<HugepageUsage> T>
void fields(V&& visit, T& x) {
  visit.unless_zero("usage", x.usage);
  visit.unless_zero("max", x.max);
  visit("failcnt", x.fail_count);
}

template <class V, Same<CacheInfo> T>
void fields(V&& visit, T& x) {
  visit("cbm_mask", x.mask);
  visit.unless_zero("min_cbm_bits", x.least_bits);
  visit.unless_zero("num_closids", x.groups);
}

template <class V, Same<BandwidthInfo> T>
void fields(V&& visit, T& x) {
  visit.unless_zero("bandwidth_gran", x.granularity);
  visit.unless_zero("delay_linear", x.linear_delay);
  visit.unless_zero("min_bandwidth", x.least);
  visit.unless_zero("num_closids", x.groups);
}

template <class V, Same<BandwidthUsage> T>
void fields(V&& visit, T& x) {
  visit("mbm_total_bytes", x.total);
  visit("mbm_local_bytes", x.local);
}

template <class V, Same<CacheUsage> T>
void fields(V&& visit, T& x) {
  visit("llc_occupancy", x.occupancy);
}

template <class V, Same<RdtStatistics> T>
void fields(V&& visit, T& x) {
  visit("l3_cache_info", x.cache);
  visit("l3_cache_schema_root", x.cache_schema_root);
  visit("l3_cache_schema", x.cache_schema);
  visit("mem_bw_info", x.bandwidth);
  visit("mem_bw_schema_root", x.bandwidth_schema_root);
  visit("mem_bw_schema", x.bandwidth_schema);
  visit("schemata", x.schemata);
  visit("mbm_stats", x.bandwidth_usage);
  visit("cmt_stats", x.cache_usage);
}

template <class V, Same<RdmaUsage> T>
void fields(V&& visit, T& x) {
  visit("device", x.device);
  visit("hca_handles", x.hca_handles);
  visit("hca_objects", x.hca_objects);
  visit("hca_handles_limit", x.hca_handles_limit);
  visit("hca_objects_limit", x.hca_objects_limit);
}

template <class V, Same<InterfaceUsage> T>
void fields(V&& visit, T& x) {
  visit("Name", x.name);
  visit("RxBytes", x.received_bytes);
  visit("RxPackets", x.received_packets);
  visit("RxErrors", x.receive_errors);
  visit("RxDropped", x.receive_dropped);
  visit("TxBytes", x.sent_bytes);
  visit("TxPackets", x.sent_packets);
  visit("TxErrors", x.send_errors);
  visit("TxDropped", x.send_dropped);
}

template <class V, Same<Statistics> T>
void fields(V&& visit, T& x) {
  visit("cpu", x.cpu);
  visit("cpuset", x.cpuset);
  visit("memory", x.memory);
  visit("pids", x.pids);
  visit("blkio", x.block_io);
  visit.always("hugetlb", x.hugepages);
  visit("intel_rdt", x.rdt);
  visit.always("network_interfaces", x.interfaces);
  visit("rdma", x.rdma);
}

}  // namespace corten::resources
