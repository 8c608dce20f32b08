// SPDX-License-Identifier: Apache-2.0
// What both layouts do with limits, and systemd too: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cgroup/plan.hpp"
#include "cgroup/write.hpp"

namespace corten::cgroup {

/// A limit of 0 is not set where 0 makes no sense, as in runc.
template <class Number>
[[nodiscard]] bool is_set(const std::optional<Number>& value) {
  return value.value_or(0) != 0;
}

/// rdma.max is the same file on both.
void plan_rdma(const std::vector<RdmaLimit>& limits, std::vector<Write>& writes);

/// cpu.weight (1..10000) for cpu.shares (2..262144): a quadratic through both ends and both defaults.
[[nodiscard]] std::uint64_t weight_of_shares(std::uint64_t shares);

/// io.weight (1..10000) for a blkio weight (10..1000), linear.
[[nodiscard]] std::uint64_t io_weight_of_blkio(std::uint64_t weight);

/// memory.swap.max for the spec's swap, which counts memory too: -1 for "max", nothing for "leave alone".
[[nodiscard]] std::optional<std::int64_t> swap_limit(const Memory& memory);

}  // namespace corten::cgroup
