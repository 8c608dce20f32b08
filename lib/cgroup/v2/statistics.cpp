// SPDX-License-Identifier: Apache-2.0
#include "cgroup/v2/statistics.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cgroup/files.hpp"
#include "cgroup/statistics_files.hpp"

namespace corten::cgroup {

using namespace resources;
namespace {

constexpr std::uint64_t nanoseconds_per_microsecond = 1000;

std::uint64_t value_or_zero(const std::map<std::string, std::uint64_t>& counts, const std::string& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

std::optional<Pressure> read_pressure(const std::string& path) {
  try {
    return parse_pressure(read_if_exists(path).value_or(""));
  } catch (const Error& error) {
    if (error.code() == EOPNOTSUPP) return std::nullopt;  // a kernel that was not started with psi=1
    throw;
  }
}

void read_pids(const std::string& directory, PidsStatistics& pids) {
  if (const auto current = read_number(directory + "/pids.current")) {
    pids.current = *current;
    const auto limit = read_count(directory + "/pids.max");
    pids.limit = limit == UINT64_MAX ? 0 : limit;
    return;
  }
  const auto text = read_if_exists(directory + "/cgroup.threads").value_or("");
  pids.current = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

void read_memory(const std::string& directory, MemoryStatistics& memory) {
  memory.pressure = read_pressure(directory + "/memory.pressure");
  memory.raw = read_counts(directory + "/memory.stat");
  memory.cache = value_or_zero(memory.raw, "file");
  memory.memory.usage = read_count(directory + "/memory.current");
  memory.memory.limit = read_count(directory + "/memory.max");
  memory.memory.max = read_count(directory + "/memory.peak");  // Linux 5.19
  // v1 told memory and swap together, and so do `events`; of the two peaks there is no sum.
  memory.swap.usage = memory.memory.usage + read_count(directory + "/memory.swap.current");
  const auto swap_limit = read_count(directory + "/memory.swap.max");
  const bool unlimited = swap_limit == UINT64_MAX || memory.memory.limit == UINT64_MAX;
  memory.swap.limit = unlimited ? UINT64_MAX : swap_limit + memory.memory.limit;
}

void read_cpu(const std::string& directory, CpuStatistics& cpu) {
  const auto counts = read_counts(directory + "/cpu.stat");
  const auto time = [&](const char* key) { return value_or_zero(counts, key) * nanoseconds_per_microsecond; };
  cpu.usage.total = time("usage_usec");
  cpu.usage.user = time("user_usec");
  cpu.usage.kernel = time("system_usec");
  cpu.throttling.periods = value_or_zero(counts, "nr_periods");
  cpu.throttling.throttled_periods = value_or_zero(counts, "nr_throttled");
  cpu.throttling.throttled_time = time("throttled_usec");
  cpu.pressure = read_pressure(directory + "/cpu.pressure");
}

/// One line of io.stat, "8:0 rbytes=1 wbytes=2 rios=3 wios=4", in v1's tables.
void add_io_line(std::string_view line, BlockIoStatistics& io) {
  const auto words = words_of(line);
  const auto colon = words.empty() ? std::string_view::npos : words[0].find(':');
  if (colon == std::string_view::npos) return;
  for (const auto word : words) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const auto key = word.substr(0, equals);
    const bool bytes = key == "rbytes" || key == "wbytes";
    if (!bytes && key != "rios" && key != "wios") continue;
    DeviceCount count;
    count.major = count_of(words[0].substr(0, colon));
    count.minor = count_of(words[0].substr(colon + 1));
    count.operation = key.front() == 'r' ? "Read" : "Write";
    count.value = count_of(word.substr(equals + 1));
    (bytes ? io.service_bytes : io.serviced).push_back(std::move(count));
  }
}

void read_block_io(const std::string& directory, BlockIoStatistics& io) {
  const auto text = read_if_exists(directory + "/io.stat").value_or("");
  for (const auto line : split(text, '\n')) add_io_line(line, io);
  io.pressure = read_pressure(directory + "/io.pressure");
}

void read_hugepages(const std::string& directory, const std::vector<std::string>& sizes,
                    std::map<std::string, HugepageUsage>& pages) {
  for (const auto& size : sizes) {
    const auto prefix = fmt::format("{}/hugetlb.{}", directory, size);
    auto usage = read_number(prefix + ".rsvd.current");
    if (!usage) usage = read_number(prefix + ".current");
    if (!usage) continue;  // the controller is off
    pages[size] = {*usage, 0, value_or_zero(read_counts(prefix + ".events"), "max")};
  }
}

}  // namespace

void read_unified(const std::string& directory, const std::vector<std::string>& page_sizes, Statistics& statistics) {
  read_pids(directory, statistics.pids);
  read_memory(directory, statistics.memory);
  read_block_io(directory, statistics.block_io);
  read_cpu(directory, statistics.cpu);
  read_hugepages(directory, page_sizes, statistics.hugepages);
}

}  // namespace corten::cgroup
