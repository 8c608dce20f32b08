// SPDX-License-Identifier: Apache-2.0
#include "cgroup/present.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "cgroup/files.hpp"
#include "cgroup/limits.hpp"
#include "cgroup/write.hpp"

namespace corten::cgroup {
namespace {

/// A file's limit; -1 where there is none. (v1 says that with the greatest whole number of pages.)
std::optional<std::int64_t> read_limit(const std::string& path) {
  const auto number = read_number(path);
  if (!number) return std::nullopt;
  constexpr auto no_limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 2;
  return *number > no_limit ? -1 : static_cast<std::int64_t>(*number);
}

/// Whether a file that holds `held` was given `limit`: the kernel rounds memory down to whole pages.
bool is_of(std::int64_t held, std::int64_t limit) {
  if (limit < 0) return held < 0;
  const auto page = ::sysconf(_SC_PAGESIZE);
  return held == limit / page * page;
}

/// The file's limit in the place of the kept one; "none" is as good as none kept.
void take_limit(const std::optional<std::int64_t>& held, std::optional<std::int64_t>& kept) {
  if (!held || is_of(*held, kept.value_or(-1))) return;
  kept = held;
}

void take_unified(const std::string& directory, Resources& limits) {
  if (const auto text = read_value(directory + "/cpu.max")) {
    const auto words = split(trim(*text), ' ');
    if (words.size() == 2) {
      limits.cpu.quota = parse_number<std::int64_t>(words[0]).value_or(-1);
      if (const auto period = parse_number<std::uint64_t>(words[1])) limits.cpu.period = period;
    }
  }
  const auto swap = read_limit(directory + "/memory.swap.max");
  const auto kept_swap = swap_limit(limits.memory);
  if (swap && kept_swap && !is_of(*swap, *kept_swap)) limits.memory.swap.reset();
  take_limit(read_limit(directory + "/memory.max"), limits.memory.limit);
}

void take_legacy(const Paths& paths, Resources& limits) {
  const auto cpu = directory_of(paths, "cpu");
  if (const auto quota = read_value(cpu + "/cpu.cfs_quota_us")) {
    limits.cpu.quota = parse_number<std::int64_t>(trim(*quota)).value_or(-1);
  }
  if (const auto period = read_number(cpu + "/cpu.cfs_period_us")) limits.cpu.period = period;
  const auto memory = directory_of(paths, "memory");
  take_limit(read_limit(memory + "/memory.limit_in_bytes"), limits.memory.limit);
  if (limits.memory.swap) take_limit(read_limit(memory + "/memory.memsw.limit_in_bytes"), limits.memory.swap);
}

}  // namespace

Resources present_limits(const Paths& paths, Resources kept) {
  if (paths.empty()) return kept;
  const bool unified = paths.size() == 1 && paths.front().first.empty();
  unified ? take_unified(paths.front().second, kept) : take_legacy(paths, kept);
  return kept;
}

}  // namespace corten::cgroup
