// SPDX-License-Identifier: Apache-2.0
#include "cgroup/v1/statistics.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/text.hpp"
#include "cgroup/files.hpp"
#include "cgroup/statistics_files.hpp"
#include "cgroup/write.hpp"

namespace corten::cgroup {

using namespace resources;
namespace {

constexpr std::uint64_t nanoseconds = 1'000'000'000;

std::uint64_t value_or_zero(const std::map<std::string, std::uint64_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

void read_cpu(const std::string& directory, CpuStatistics& cpu) {
  const auto counts = read_counts(directory + "/cpu.stat");
  cpu.throttling.periods = value_or_zero(counts, "nr_periods");
  cpu.throttling.throttled_periods = value_or_zero(counts, "nr_throttled");
  cpu.throttling.throttled_time = value_or_zero(counts, "throttled_time");
}

void read_cpu_accounts(const std::string& directory, CpuStatistics& cpu) {
  const auto ticks_per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  const auto ticks = read_counts(directory + "/cpuacct.stat");
  cpu.usage.user = value_or_zero(ticks, "user") * nanoseconds / ticks_per_second;
  cpu.usage.kernel = value_or_zero(ticks, "system") * nanoseconds / ticks_per_second;
  cpu.usage.total = read_count(directory + "/cpuacct.usage");
  const auto per_cpu = read_if_exists(directory + "/cpuacct.usage_percpu").value_or("");
  for (const auto word : words_of(per_cpu)) cpu.usage.per_cpu.push_back(count_of(word));
  // "cpu user system" above, then a line a CPU.
  const auto table = read_if_exists(directory + "/cpuacct.usage_all").value_or("");
  for (const auto line : split(table, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 3 || words[0] == "cpu") continue;
    cpu.usage.per_cpu_user.push_back(count_of(words[1]));
    cpu.usage.per_cpu_kernel.push_back(count_of(words[2]));
  }
}

void read_cpuset(const std::string& directory, CpusetStatistics& cpuset) {
  const auto file = [&](std::string_view name) { return fmt::format("{}/cpuset.{}", directory, name); };
  cpuset.cpus = ids_of(read_if_exists(file("cpus")).value_or(""));
  cpuset.mems = ids_of(read_if_exists(file("mems")).value_or(""));
  cpuset.cpu_exclusive = read_count(file("cpu_exclusive"));
  cpuset.mem_hardwall = read_count(file("mem_hardwall"));
  cpuset.mem_exclusive = read_count(file("mem_exclusive"));
  cpuset.memory_migrate = read_count(file("memory_migrate"));
  cpuset.memory_spread_page = read_count(file("memory_spread_page"));
  cpuset.memory_spread_slab = read_count(file("memory_spread_slab"));
  cpuset.memory_pressure = read_count(file("memory_pressure"));
  cpuset.sched_load_balance = read_count(file("sched_load_balance"));
  const auto level = read_if_exists(file("sched_relax_domain_level")).value_or("");
  cpuset.sched_relax_domain_level = parse_number<std::int64_t>(trim(level)).value_or(0);
}

MemoryUsage read_memory_usage(const std::string& directory, std::string_view prefix) {
  const auto file = [&](std::string_view name) { return fmt::format("{}/{}.{}", directory, prefix, name); };
  return {.limit = read_count(file("limit_in_bytes")),
          .usage = read_count(file("usage_in_bytes")),
          .max = read_count(file("max_usage_in_bytes")),
          .fail_count = read_count(file("failcnt"))};
}

void read_memory(const std::string& directory, MemoryStatistics& memory) {
  memory.raw = read_counts(directory + "/memory.stat");
  memory.cache = value_or_zero(memory.raw, "cache");
  memory.memory = read_memory_usage(directory, "memory");
  memory.swap = read_memory_usage(directory, "memory.memsw");
  memory.kernel = read_memory_usage(directory, "memory.kmem");
  memory.kernel_tcp = read_memory_usage(directory, "memory.kmem.tcp");
}

/// The lines "8:0 Read 4096" or "8:0 4096" of a file; nothing when it is not there.
std::optional<std::vector<DeviceCount>> read_device_counts(const std::string& path) {
  const auto text = read_if_exists(path);
  if (!text) return std::nullopt;
  std::vector<DeviceCount> counts;
  for (const auto line : split(*text, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 2) continue;
    const auto colon = words[0].find(':');
    if (colon == std::string_view::npos) continue;  // the line of the total
    DeviceCount count;
    count.major = count_of(words[0].substr(0, colon));
    count.minor = count_of(words[0].substr(colon + 1));
    if (words.size() > 2) count.operation = words[1];
    count.value = count_of(words.back());
    counts.push_back(std::move(count));
  }
  return counts;
}

/// The kernel's schedulers and its throttling layer each count in files of their own; the first that has any is taken.
void read_block_io(const std::string& directory, BlockIoStatistics& io) {
  using Rows = std::vector<std::pair<std::string_view, std::vector<DeviceCount>*>>;
  const Rows all = {{"sectors", &io.sectors},        {"io_service_time", &io.service_time},
                    {"io_wait_time", &io.wait_time}, {"io_merged", &io.merged},
                    {"io_queued", &io.queued},       {"time", &io.time},
                    {"io_serviced", &io.serviced},   {"io_service_bytes", &io.service_bytes}};
  const Rows basic = {{"io_serviced", &io.serviced}, {"io_service_bytes", &io.service_bytes}};
  struct Source {
    std::string_view prefix, suffix;
    const Rows& rows;
  };
  const auto sources = std::to_array<Source>({{"blkio.bfq.", "_recursive", all},
                                              {"blkio.bfq.", "_recursive", basic},
                                              {"blkio.", "_recursive", all},
                                              {"blkio.throttle.", "_recursive", basic},
                                              {"blkio.throttle.", "", basic}});
  for (const auto& source : sources) {
    const auto path = [&](std::string_view name) {
      return fmt::format("{}/{}{}{}", directory, source.prefix, name, source.suffix);
    };
    auto first = read_device_counts(path(source.rows.front().first));
    if (!first || first->empty()) continue;
    for (const auto& row : source.rows)
      *row.second = read_device_counts(path(row.first)).value_or(std::vector<DeviceCount>{});
    return;
  }
}

HugepageUsage read_hugepage_usage(const std::string& directory, const std::string& size) {
  auto prefix = fmt::format("{}/hugetlb.{}.rsvd", directory, size);
  if (!read_number(prefix + ".usage_in_bytes")) prefix = fmt::format("{}/hugetlb.{}", directory, size);
  return {read_count(prefix + ".usage_in_bytes"), read_count(prefix + ".max_usage_in_bytes"),
          read_count(prefix + ".failcnt")};
}

}  // namespace

void read_legacy(const Paths& paths, const std::vector<std::string>& page_sizes, Statistics& statistics) {
  const auto with = [&](std::string_view controller, auto&& read) {
    if (const auto directory = directory_of(paths, controller); !directory.empty()) read(directory);
  };
  with("cpu", [&](const std::string& at) { read_cpu(at, statistics.cpu); });
  with("cpuacct", [&](const std::string& at) { read_cpu_accounts(at, statistics.cpu); });
  with("cpuset", [&](const std::string& at) { read_cpuset(at, statistics.cpuset); });
  with("memory", [&](const std::string& at) { read_memory(at, statistics.memory); });
  with("blkio", [&](const std::string& at) { read_block_io(at, statistics.block_io); });
  with("pids", [&](const std::string& at) {
    statistics.pids.current = read_count(at + "/pids.current");
    const auto limit = read_count(at + "/pids.max");
    statistics.pids.limit = limit == UINT64_MAX ? 0 : limit;
  });
  with("hugetlb", [&](const std::string& at) {
    for (const auto& size : page_sizes) statistics.hugepages[size] = read_hugepage_usage(at, size);
  });
}

}  // namespace corten::cgroup
