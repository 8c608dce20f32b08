// SPDX-License-Identifier: Apache-2.0
// What both layouts do with limits, and systemd too: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cgroup/plan.hpp"
#include "cgroup/write.hpp"

namespace corten::cgroup {

/// All limits but devices, as files to write.
struct LimitPlan {
  std::vector<Write> before_entry;  // v1: what must be there before a process enters (cpuset, realtime)
  std::vector<Write> tasks;         // pids.max, which may have to come later than the others
  std::vector<Write> others;
  std::vector<std::string_view> controllers;  // v2: those that enforce a limit which is not of `unified`
  bool weighs_disks = false;                  // block I/O has weights
  std::optional<Memory> checked_memory;       // v2: not below what is in use (check_before_update)
};

/// All of them, in one list: a failure undoes what was written before.
[[nodiscard]] std::vector<Write> writes_of(const LimitPlan& limits);

/// Whether block I/O has weights.
[[nodiscard]] bool weighs_disks(const BlockIo& io);

/// A limit of 0 is not set where 0 makes no sense, as in runc.
template <class Number>
[[nodiscard]] bool is_set(const std::optional<Number>& value) {
  return value.value_or(0) != 0;
}

/// Whether only processor time is wanted that nobody else does. The kernel takes no weight for such a cgroup.
[[nodiscard]] bool is_idle(const Resources& resources);

/// The limits without a weight that an idle cgroup cannot have, with a warning.
void drop_weight_of_idle(Resources& resources);

/// pids.max and rdma.max are the same files on both.
void plan_pids(const std::optional<std::int64_t>& limit, std::vector<Write>& writes);
void plan_rdma(const std::vector<RdmaLimit>& limits, std::vector<Write>& writes);

/// cpu.weight (1..10000) for cpu.shares (2..262144): a quadratic through both ends and both defaults.
[[nodiscard]] std::uint64_t weight_of_shares(std::uint64_t shares);

/// io.weight (1..10000) for a blkio weight (10..1000), linear.
[[nodiscard]] std::uint64_t io_weight_of_blkio(std::uint64_t weight);

/// memory.swap.max for the spec's swap, which counts memory too: -1 for "max", nothing for "leave alone".
[[nodiscard]] std::optional<std::int64_t> swap_limit(const Memory& memory);

}  // namespace corten::cgroup
