// SPDX-License-Identifier: Apache-2.0
#include "cgroup/v1/limits.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace corten::cgroup {
namespace {

using Writes = std::vector<Write>;

void plan_memory(const Memory& memory, Writes& writes) {
  auto swap = memory.swap;
  // Unlimited memory with the old memory+swap limit would still be limited.
  const bool lift_swap = memory.limit == -1 && !is_set(swap);
  if (lift_swap) swap = -1;
  if (is_set(memory.limit)) {
    writes.push_back({"memory", "memory.limit_in_bytes", std::to_string(*memory.limit)});
    writes.back().again = is_set(swap);
  }
  if (is_set(swap)) {
    writes.push_back({"memory", "memory.memsw.limit_in_bytes", std::to_string(*swap)});
    writes.back().optional = lift_swap;
    writes.back().again = true;
  }
  if (is_set(memory.reservation)) {
    writes.push_back({"memory", "memory.soft_limit_in_bytes", std::to_string(*memory.reservation)});
  }
  if (memory.disable_oom_killer.value_or(false)) writes.push_back({"memory", "memory.oom_control", "1"});
  constexpr auto no_swappiness = static_cast<std::uint64_t>(-1);
  if (const auto swappiness = memory.swappiness.value_or(no_swappiness); swappiness != no_swappiness) {
    if (swappiness > 100) {
      throw Error{fmt::format("invalid memory swappiness value: {} (valid range is 0-100)", swappiness)};
    }
    writes.push_back({"memory", "memory.swappiness", std::to_string(swappiness)});
  }
}

void plan_cpu(const Cpu& cpu, Writes& writes) {
  if (is_set(cpu.shares)) {
    // The kernel would clamp it silently.
    if (*cpu.shares > 262144) throw Error{"the maximum allowed cpu-shares is 262144"};
    if (*cpu.shares < 2) throw Error{"the minimum allowed cpu-shares is 2"};
    writes.push_back({"cpu", "cpu.shares", std::to_string(*cpu.shares)});
    writes.back().again = cpu.idle.has_value();  // none while the cgroup is idle
  }
  // A new period or burst may not go with the old quota.
  if (is_set(cpu.period)) {
    writes.push_back({"cpu", "cpu.cfs_period_us", std::to_string(*cpu.period)});
    writes.back().again = is_set(cpu.quota);
  }
  if (cpu.burst) {
    writes.push_back({"cpu", "cpu.cfs_burst_us", std::to_string(*cpu.burst)});
    writes.back().again = is_set(cpu.quota);
    writes.back().optional = true;  // Linux 5.14
  }
  if (is_set(cpu.quota)) {
    writes.push_back({"cpu", "cpu.cfs_quota_us", std::to_string(*cpu.quota)});
    writes.back().again = is_set(cpu.period) || cpu.burst;
  }
  if (cpu.idle) writes.push_back({"cpu", "cpu.idle", std::to_string(*cpu.idle)});
}

void plan_throttles(const std::vector<DeviceThrottle>& throttles, const char* file, Writes& writes) {
  for (const auto& throttle : throttles) {
    auto device = fmt::format("{}:{}", throttle.major, throttle.minor);
    auto value = fmt::format("{} {}", device, throttle.rate);
    writes.push_back({"blkio", file, std::move(value), std::move(device), "0"});
  }
}

void plan_block_io(const BlockIo& io, Writes& writes) {
  const auto weigh = [&](const char* file, const char* other, std::uint16_t weight) {
    const auto value = std::to_string(weight);
    writes.push_back({"blkio", file, value});
    if (other != nullptr) {
      writes.back().other_file = other;
      writes.back().other_value = value;
    }
  };
  const auto weigh_device = [&](const char* file, const char* other, const DeviceWeight& device, std::uint16_t weight) {
    const auto key = fmt::format("{}:{}", device.major, device.minor);
    const auto value = fmt::format("{} {}", key, weight);
    writes.push_back({"blkio", file, value, key, "0"});
    if (other != nullptr) {
      writes.back().other_file = other;
      writes.back().other_value = value;
    }
  };
  if (is_set(io.weight)) weigh("blkio.weight", "blkio.bfq.weight", *io.weight);
  if (is_set(io.leaf_weight)) weigh("blkio.leaf_weight", nullptr, *io.leaf_weight);
  for (const auto& device : io.weights) {
    if (is_set(device.weight)) weigh_device("blkio.weight_device", "blkio.bfq.weight_device", device, *device.weight);
    if (is_set(device.leaf_weight)) weigh_device("blkio.leaf_weight_device", nullptr, device, *device.leaf_weight);
  }
  plan_throttles(io.read_bps, "blkio.throttle.read_bps_device", writes);
  plan_throttles(io.write_bps, "blkio.throttle.write_bps_device", writes);
  plan_throttles(io.read_iops, "blkio.throttle.read_iops_device", writes);
  plan_throttles(io.write_iops, "blkio.throttle.write_iops_device", writes);
}

void plan_before_entry(const Cpu& cpu, Writes& writes) {
  if (!cpu.cpus.empty()) writes.push_back({"cpuset", "cpuset.cpus", cpu.cpus});
  if (!cpu.mems.empty()) writes.push_back({"cpuset", "cpuset.mems", cpu.mems});
  if (is_set(cpu.realtime_period)) {
    writes.push_back({"cpu", "cpu.rt_period_us", std::to_string(*cpu.realtime_period)});
    writes.back().again = is_set(cpu.realtime_runtime);
  }
  if (is_set(cpu.realtime_runtime)) {
    writes.push_back({"cpu", "cpu.rt_runtime_us", std::to_string(*cpu.realtime_runtime)});
    writes.back().again = is_set(cpu.realtime_period);
  }
}

void plan_hugepages(const std::vector<HugepageLimit>& limits, Writes& writes) {
  for (const auto& [page_size, limit] : limits) {
    const auto value = std::to_string(limit);
    writes.push_back({"hugetlb", fmt::format("hugetlb.{}.limit_in_bytes", page_size), value});
    writes.push_back({"hugetlb", fmt::format("hugetlb.{}.rsvd.limit_in_bytes", page_size), value});
    writes.back().optional = true;  // Linux 5.7
  }
}

}  // namespace

LimitPlan plan_legacy(const Resources& wanted) {
  if (!wanted.unified.empty()) throw Error{"invalid configuration: cannot use unified on cgroup v1"};
  auto resources = wanted;
  drop_weight_of_idle(resources);
  LimitPlan plan;
  plan_before_entry(resources.cpu, plan.before_entry);
  plan.weighs_disks = weighs_disks(resources.block_io);
  plan_pids(resources.pids_limit, plan.tasks);
  auto& writes = plan.others;
  plan_memory(resources.memory, writes);
  if (is_set(resources.kernel_tcp)) {
    writes.push_back({"memory", "memory.kmem.tcp.limit_in_bytes", std::to_string(*resources.kernel_tcp)});
    writes.back().optional = true;  // not every kernel has it
  }
  plan_cpu(resources.cpu, writes);
  plan_block_io(resources.block_io, writes);
  plan_hugepages(resources.hugepages, writes);
  if (is_set(resources.net_class_id)) {
    writes.push_back({"net_cls", "net_cls.classid", std::to_string(*resources.net_class_id)});
  }
  for (const auto& [interface, priority] : resources.net_priorities) {
    writes.push_back({"net_prio", "net_prio.ifpriomap", fmt::format("{} {}", interface, priority), interface, "0"});
  }
  plan_rdma(resources.rdma, writes);
  return plan;
}

}  // namespace corten::cgroup
