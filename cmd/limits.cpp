// SPDX-License-Identifier: Apache-2.0
#include "cmd/limits.hpp"

#include <fmt/core.h>

#include <concepts>
#include <limits>
#include <string_view>

#include <corten/text.hpp>

#include "cmd/error.hpp"
#include "cmd/text.hpp"
#include "cmd/units.hpp"

namespace corten::cmd {
namespace {

/// A decimal number; what is wrong with it is said as Go's strconv does.
template <std::integral Number>
std::optional<Number> number(std::string_view option, std::string_view text) {
  if (text.empty()) return std::nullopt;
  auto plain = text;
  if (std::is_signed_v<Number> && text.size() > 1 && text.starts_with('+') && text[1] != '-') plain.remove_prefix(1);
  if (const auto value = parse_number<Number>(plain)) return value;
  if (std::is_signed_v<Number> && plain.starts_with('-')) plain.remove_prefix(1);
  const bool digits = !plain.empty() && plain.find_first_not_of("0123456789") == std::string_view::npos;
  throw Error{fmt::format("invalid value for {}: strconv.{}: parsing {}: {}", option,
                          std::is_signed_v<Number> ? "ParseInt" : "ParseUint", quote(text),
                          digits ? "value out of range" : "invalid syntax")};
}

std::optional<std::int64_t> size(std::string_view option, std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text == "-1") return -1;
  return with_context(fmt::format("invalid value for {}", option), [&] { return parse_size(text); });
}

std::optional<std::uint16_t> weight(const std::optional<std::int64_t>& given) {
  if (given.value_or(0) == 0) return std::nullopt;
  if (*given < 0 || *given > std::numeric_limits<std::uint16_t>::max()) {
    throw Error{fmt::format("invalid value for blkio-weight: {}", *given)};
  }
  return static_cast<std::uint16_t>(*given);
}

}  // namespace

std::vector<Option> limit_options(LimitTexts& texts) {
  return {
      {"blkio-weight", 0, &texts.block_io_weight, "weight of block I/O, 10 to 1000"},
      {"cpu-period", 0, &texts.cpu_period, "period of --cpu-quota, in microseconds"},
      {"cpu-quota", 0, &texts.cpu_quota, "CPU time in each period, in microseconds"},
      {"cpu-burst", 0, &texts.cpu_burst, "unused CPU time that may be used later, in microseconds"},
      {"cpu-share", 0, &texts.cpu_shares, "weight of CPU time relative to other containers"},
      {"cpu-rt-period", 0, &texts.cpu_realtime_period, "period of realtime processes, in microseconds"},
      {"cpu-rt-runtime", 0, &texts.cpu_realtime_runtime,
       "CPU time of realtime processes in each period, in microseconds"},
      {"cpuset-cpus", 0, &texts.cpus, "CPUs that may be used, such as 0-3,7"},
      {"cpuset-mems", 0, &texts.mems, "memory nodes that may be used"},
      {"kernel-memory", 0, &texts.kernel_memory, ""},
      {"kernel-memory-tcp", 0, &texts.kernel_memory_tcp, "limit of TCP buffers (cgroup v1)"},
      {"memory", 0, &texts.memory, "memory limit, in bytes or with a unit"},
      {"cpu-idle", 0, &texts.cpu_idle, "1: only CPU time that no other process wants; 0: as usual"},
      {"memory-reservation", 0, &texts.memory_reservation, "soft memory limit"},
      {"memory-swap", 0, &texts.memory_swap, "limit of memory and swap together; -1 for no limit"},
      {"pids-limit", 0, &texts.pids, "limit of processes and threads; -1 for no limit"},
  };
}

spec::Resources parse_limits(const LimitTexts& texts) {
  spec::Resources limits;
  limits.block_io.emplace().weight = weight(texts.block_io_weight);
  auto& cpu = limits.cpu.emplace();
  cpu.cpus = texts.cpus;
  cpu.mems = texts.mems;
  cpu.idle = number<std::int64_t>("cpu-idle", texts.cpu_idle);
  cpu.burst = number<std::uint64_t>("cpu-burst", texts.cpu_burst);
  cpu.period = number<std::uint64_t>("cpu-period", texts.cpu_period);
  cpu.realtime_period = number<std::uint64_t>("cpu-rt-period", texts.cpu_realtime_period);
  cpu.shares = number<std::uint64_t>("cpu-share", texts.cpu_shares);
  cpu.quota = number<std::int64_t>("cpu-quota", texts.cpu_quota);
  cpu.realtime_runtime = number<std::int64_t>("cpu-rt-runtime", texts.cpu_realtime_runtime);
  auto& memory = limits.memory.emplace();
  memory.limit = size("memory", texts.memory);
  memory.swap = size("memory-swap", texts.memory_swap);
  memory.kernel = size("kernel-memory", texts.kernel_memory);
  memory.kernel_tcp = size("kernel-memory-tcp", texts.kernel_memory_tcp);
  memory.reservation = size("memory-reservation", texts.memory_reservation);
  limits.pids_limit = texts.pids;
  return limits;
}

}  // namespace corten::cmd
