// SPDX-License-Identifier: Apache-2.0
// From limits to the files that hold them: pure, for both layouts. A value of 0 means "not set" where it makes no
// sense as a limit, as in runc.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cgroup/plan.hpp"
#include "cgroup/write.hpp"

namespace corten::cgroup {

/// v1: what must be there before a process enters (cpuset, realtime). Throws for values that no kernel takes.
[[nodiscard]] std::vector<Write> plan_legacy_entry(const Resources& resources);

/// v1: all other limits but devices, in runc's order.
[[nodiscard]] std::vector<Write> plan_legacy(const Resources& resources);

/// v2: all limits but devices, in runc's order, `unified` last so that it wins.
[[nodiscard]] std::vector<Write> plan_unified(const Resources& resources);

/// rdma.max is the same file on both.
void plan_rdma(const std::vector<RdmaLimit>& limits, std::vector<Write>& writes);

/// True when a limit is set that one of the controllers in `available` (space-separated) would enforce.
[[nodiscard]] bool needs_controllers(const Resources& resources, std::string_view available);

/// True when a limit is set that a threaded v2 cgroup cannot have.
[[nodiscard]] bool needs_domain(const Resources& resources);

/// cpu.weight (1..10000) for cpu.shares (2..262144): a quadratic through both ends and both defaults.
[[nodiscard]] std::uint64_t weight_of_shares(std::uint64_t shares);

/// io.weight (1..10000) for a blkio weight (10..1000), linear.
[[nodiscard]] std::uint64_t io_weight_of_blkio(std::uint64_t weight);

/// memory.swap.max for the spec's swap, which counts memory too: -1 for "max", nothing for "leave alone".
[[nodiscard]] std::optional<std::int64_t> swap_limit(const Memory& memory);

}  // namespace corten::cgroup
