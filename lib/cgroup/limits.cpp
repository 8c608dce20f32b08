// SPDX-License-Identifier: Apache-2.0
#include "cgroup/limits.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace corten::cgroup {

std::vector<Write> writes_of(const LimitPlan& limits) {
  auto writes = limits.before_entry;
  writes.insert(writes.end(), limits.tasks.begin(), limits.tasks.end());
  writes.insert(writes.end(), limits.others.begin(), limits.others.end());
  return writes;
}

std::uint64_t weight_of_shares(std::uint64_t shares) {
  if (shares <= 2) return 1;
  if (shares >= 262144) return 10000;
  const double magnitude = std::log2(static_cast<double>(shares));
  const double exponent = (magnitude * magnitude + 125 * magnitude) / 612.0 - 7.0 / 34.0;
  return static_cast<std::uint64_t>(std::ceil(std::pow(10, exponent)));
}

std::uint64_t io_weight_of_blkio(std::uint64_t weight) { return weight < 10 ? 1 : 1 + (weight - 10) * 9999 / 990; }

std::optional<std::int64_t> swap_limit(const Memory& memory) {
  const auto limit = memory.limit.value_or(0);
  const auto swap = memory.swap.value_or(0);
  if (limit == -1 && swap == 0) return -1;  // v1 lifts both limits then
  if (swap == 0) return std::nullopt;
  if (swap == -1 || limit == -1) return swap;
  if (limit == 0) throw Error{"unable to set swap limit without memory limit"};
  if (limit < 0) throw Error{fmt::format("invalid memory value: {}", limit)};
  if (swap < limit) throw Error{"memory+swap limit should be >= memory limit"};
  return swap - limit;
}

bool is_idle(const Resources& resources) {
  return resources.cpu.idle == 1 || std::ranges::any_of(resources.unified, [](const auto& row) {
           return row.first == "cpu.idle" && trim(row.second) == "1";
         });
}

void drop_weight_of_idle(Resources& resources) {
  if (!is_idle(resources)) return;
  const auto weights = std::erase_if(resources.unified, [](const auto& row) { return row.first == "cpu.weight"; });
  if (weights == 0 && !is_set(resources.cpu.shares)) return;
  resources.cpu.shares.reset();
  log::warn("linux.resources.cpu: a container that is idle (cpu.idle) has no weight: its shares are not used");
}

bool weighs_disks(const BlockIo& io) { return is_set(io.weight) || is_set(io.leaf_weight) || !io.weights.empty(); }

void plan_pids(const std::optional<std::int64_t>& limit, std::vector<Write>& writes) {
  if (!limit) return;
  // systemd takes no 0, and runc does the same without it.
  writes.push_back({"pids", "pids.max", *limit < 0 ? "max" : std::to_string(*limit == 0 ? 1 : *limit)});
}

void plan_rdma(const std::vector<RdmaLimit>& limits, std::vector<Write>& writes) {
  for (const auto& limit : limits) {
    auto value = limit.device;
    if (limit.hca_handles) value += fmt::format(" hca_handle={}", *limit.hca_handles);
    if (limit.hca_objects) value += fmt::format(" hca_object={}", *limit.hca_objects);
    writes.push_back({"rdma", "rdma.max", std::move(value), limit.device, "hca_handle=max hca_object=max"});
  }
}

}  // namespace corten::cgroup
