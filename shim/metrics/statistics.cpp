// SPDX-License-Identifier: Apache-2.0
#include "shim/metrics/statistics.hpp"

#include <string>
#include <utility>

#include "spec/json_value.hpp"

// Found by the types that they read, so in the namespace of those.
namespace corten::resources {

using spec::JsonValue;

static void read(const JsonValue& from, CpuUsage& to) {
  from.field("total", to.total);
  from.field("kernel", to.kernel);
  from.field("user", to.user);
  from.field("percpu", to.per_cpu);
}

static void read(const JsonValue& from, CpuThrottling& to) {
  from.field("periods", to.periods);
  from.field("throttledPeriods", to.throttled_periods);
  from.field("throttledTime", to.throttled_time);
}

static void read(const JsonValue& from, CpuStatistics& to) {
  from.field("usage", to.usage);
  from.field("throttling", to.throttling);
}

static void read(const JsonValue& from, MemoryUsage& to) {
  from.field("limit", to.limit);
  from.field("usage", to.usage);
  from.field("max", to.max);
  from.field("failcnt", to.fail_count);
}

static void read(const JsonValue& from, std::map<std::string, std::uint64_t>& to) {
  from.each_member([&to](std::string name, const JsonValue& value) { spec::read(value, to[std::move(name)]); });
}

struct Raw {
  std::map<std::string, std::uint64_t>& values;
};
static void read(const JsonValue& from, Raw& to) { read(from, to.values); }

static void read(const JsonValue& from, MemoryStatistics& to) {
  from.field("cache", to.cache);
  from.field("usage", to.memory);
  from.field("swap", to.swap);
  from.field("kernel", to.kernel);
  from.field("kernelTCP", to.kernel_tcp);
  Raw raw{to.raw};
  from.field("raw", raw);
}

static void read(const JsonValue& from, PidsStatistics& to) {
  from.field("current", to.current);
  from.field("limit", to.limit);
}

static void read(const JsonValue& from, DeviceCount& to) {
  from.field("major", to.major);
  from.field("minor", to.minor);
  from.field("op", to.operation);
  from.field("value", to.value);
}

static void read(const JsonValue& from, BlockIoStatistics& to) {
  from.field("ioServiceBytesRecursive", to.service_bytes);
  from.field("ioServicedRecursive", to.serviced);
  from.field("ioQueueRecursive", to.queued);
  from.field("ioServiceTimeRecursive", to.service_time);
  from.field("ioWaitTimeRecursive", to.wait_time);
  from.field("ioMergedRecursive", to.merged);
  from.field("ioTimeRecursive", to.time);
  from.field("sectorsRecursive", to.sectors);
}

static void read(const JsonValue& from, HugepageUsage& to) {
  from.field("usage", to.usage);
  from.field("max", to.max);
  from.field("failcnt", to.fail_count);
}

struct Hugepages {
  std::map<std::string, HugepageUsage>& sizes;
};
static void read(const JsonValue& from, Hugepages& to) {
  from.each_member([&to](std::string size, const JsonValue& value) { read(value, to.sizes[std::move(size)]); });
}

static void read(const JsonValue& from, Statistics& to) {
  from.field("cpu", to.cpu);
  from.field("memory", to.memory);
  from.field("pids", to.pids);
  from.field("blkio", to.block_io);
  Hugepages hugepages{to.hugepages};
  from.field("hugetlb", hugepages);
}

}  // namespace corten::resources

namespace corten::shim {

resources::Statistics read_statistics(std::string_view json) {
  const spec::JsonTree tree{json, "statistics"};
  resources::Statistics statistics;
  read(spec::JsonValue{tree}, statistics);
  return statistics;
}

}  // namespace corten::shim
