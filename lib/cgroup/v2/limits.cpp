// SPDX-License-Identifier: Apache-2.0
#include "cgroup/v2/limits.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace corten::cgroup {
namespace {

using Writes = std::vector<Write>;

std::string limit_text(std::int64_t limit) { return limit == -1 ? "max" : std::to_string(limit); }

bool memory_is_set(const Memory& memory) {
  return is_set(memory.limit) || is_set(memory.reservation) || is_set(memory.swap);
}

bool io_is_set(const BlockIo& io) {
  return is_set(io.weight) || !io.weights.empty() || !io.read_bps.empty() || !io.write_bps.empty() ||
         !io.read_iops.empty() || !io.write_iops.empty();
}

bool cpu_is_set(const Cpu& cpu) {
  return is_set(cpu.shares) || is_set(cpu.quota) || is_set(cpu.period) || cpu.idle || cpu.burst;
}

void plan_memory(const Memory& memory, Writes& writes) {
  if (!memory_is_set(memory)) return;
  if (const auto swap = swap_limit(memory)) {
    writes.push_back({"memory", "memory.swap.max", limit_text(*swap)});
    writes.back().optional = *swap == -1 || *swap == 0;  // without swap accounting there is no swap to limit
  }
  if (is_set(memory.limit)) writes.push_back({"memory", "memory.max", limit_text(*memory.limit)});
  if (is_set(memory.reservation)) writes.push_back({"memory", "memory.low", limit_text(*memory.reservation)});
}

void plan_throttles(const std::vector<DeviceThrottle>& throttles, const char* what, Writes& writes) {
  for (const auto& throttle : throttles) {
    auto device = fmt::format("{}:{}", throttle.major, throttle.minor);
    auto value = fmt::format("{} {}={}", device, what, throttle.rate);
    writes.push_back({"io", "io.max", std::move(value), std::move(device), fmt::format("{}=max", what)});
  }
}

void plan_io(const BlockIo& io, Writes& writes) {
  // Which of the two a disk goes by, its scheduler BFQ or io.cost, may differ from disk to disk, and may change. BFQ's file
  // is there once its module is; its scale is blkio's.
  const auto weigh = [&](std::string value, const char* key, const char* reset, std::string other) {
    writes.push_back({"io", "io.bfq.weight", std::move(value), key, reset});
    writes.back().other_file = "io.weight";
    writes.back().other_value = std::move(other);
  };
  if (is_set(io.weight)) {
    weigh(std::to_string(*io.weight), "default", "100", std::to_string(io_weight_of_blkio(*io.weight)));
  }
  for (const auto& device : io.weights) {
    if (!is_set(device.weight)) continue;
    const auto key = fmt::format("{}:{}", device.major, device.minor);
    weigh(fmt::format("{} {}", key, *device.weight), key.c_str(), "default",
          fmt::format("{} {}", key, io_weight_of_blkio(*device.weight)));
    writes.back().optional = true;
  }
  plan_throttles(io.read_bps, "rbps", writes);
  plan_throttles(io.write_bps, "wbps", writes);
  plan_throttles(io.read_iops, "riops", writes);
  plan_throttles(io.write_iops, "wiops", writes);
}

void plan_cpu(const Cpu& cpu, Writes& writes) {
  if (cpu.idle) writes.push_back({"cpu", "cpu.idle", std::to_string(*cpu.idle)});
  if (is_set(cpu.shares)) writes.push_back({"cpu", "cpu.weight", std::to_string(weight_of_shares(*cpu.shares))});
  const bool limited = is_set(cpu.quota) || is_set(cpu.period);
  if (cpu.burst) {
    writes.push_back({"cpu", "cpu.max.burst", std::to_string(*cpu.burst)});
    writes.back().again = limited;
  }
  if (limited) {
    auto value = cpu.quota.value_or(0) > 0 ? std::to_string(*cpu.quota) : std::string{"max"};
    if (is_set(cpu.period)) value += fmt::format(" {}", *cpu.period);  // without it the kernel keeps the present one
    writes.push_back({"cpu", "cpu.max", std::move(value)});
    writes.back().again = cpu.burst.has_value();
  }
}

void plan_cpuset(const Cpu& cpu, Writes& writes) {
  const auto put = [&](const char* file, const std::string& list) {
    if (list.empty()) return;
    writes.push_back({"cpuset", file, list});
    writes.back().verified = true;
  };
  put("cpuset.cpus", cpu.cpus);
  put("cpuset.mems", cpu.mems);
}

/// For cpuset's lists a value that is empty is one, too: those of the cgroup above.
bool takes_nothing(std::string_view file) {
  return file == "cpuset.cpus" || file == "cpuset.mems" || file == "cpuset.cpus.exclusive";
}

/// A value without text: write(2) of no bytes changes nothing.
void plan_empty(const std::string& controller, const std::string& file, Writes& writes) {
  if (!takes_nothing(file)) {
    log::warn(fmt::format("linux.resources.unified: {} has no value, and stays as it is", quote(file)));
    return;
  }
  writes.push_back({controller, file, "\n"});
  writes.back().verified = true;
}

Write raw_write(const std::string& controller, const std::string& file, std::string_view line) {
  Write write{controller, file, std::string{line}};
  const auto word = line.substr(0, line.find(' '));
  if (word.find(':') != std::string_view::npos) write.key = word;
  if (file == "io.max") write.reset = "rbps=max wbps=max riops=max wiops=max";
  write.verified = takes_nothing(file) || file == partition_file;
  return write;
}

/// `unified` verbatim, a write a line: io.max and its like take one device at a time.
void plan_raw(const std::vector<std::pair<std::string, std::string>>& unified, Writes& writes) {
  for (const auto& [file, value] : unified) {
    const auto controller = file.substr(0, file.find('.'));  // the name is checked: see config/resources
    if (trim(value).empty()) plan_empty(controller, file, writes);
    for (const auto line : split(value, '\n')) {
      if (!trim(line).empty()) writes.push_back(raw_write(controller, file, line));
    }
  }
}

std::vector<std::string_view> controllers_of(const Resources& resources) {
  std::vector<std::string_view> controllers;
  if (resources.pids_limit) controllers.emplace_back("pids");
  if (memory_is_set(resources.memory)) controllers.emplace_back("memory");
  if (io_is_set(resources.block_io)) controllers.emplace_back("io");
  if (cpu_is_set(resources.cpu)) controllers.emplace_back("cpu");
  if (!resources.cpu.cpus.empty() || !resources.cpu.mems.empty()) controllers.emplace_back("cpuset");
  if (!resources.hugepages.empty()) controllers.emplace_back("hugetlb");
  return controllers;
}

bool has_any(const std::vector<std::string_view>& of, const std::vector<std::string_view>& wanted) {
  return std::ranges::any_of(wanted, [&](const auto& one) { return std::ranges::find(of, one) != of.end(); });
}

}  // namespace

bool needs_domain(const LimitPlan& limits) { return has_any(limits.controllers, {"memory", "io", "cpu", "hugetlb"}); }

bool needs_controllers(const LimitPlan& limits, std::string_view available) {
  return has_any(limits.controllers, split(trim(available), ' '));
}

LimitPlan plan_unified(const Resources& wanted) {
  auto resources = wanted;
  drop_weight_of_idle(resources);
  LimitPlan plan;
  plan.controllers = controllers_of(resources);
  plan.weighs_disks = weighs_disks(resources.block_io);
  if (resources.kernel_tcp) log::warn("linux.resources.memory.kernelTCP is ignored: cgroup v2 has no such limit");
  if (resources.memory.check_before_update) plan.checked_memory = resources.memory;
  plan_pids(resources.pids_limit, plan.tasks);
  auto& writes = plan.others;
  plan_memory(resources.memory, writes);
  plan_io(resources.block_io, writes);
  plan_cpu(resources.cpu, writes);
  plan_cpuset(resources.cpu, writes);
  for (const auto& [page_size, limit] : resources.hugepages) {
    const auto value = std::to_string(limit);
    writes.push_back({"hugetlb", fmt::format("hugetlb.{}.max", page_size), value});
    writes.push_back({"hugetlb", fmt::format("hugetlb.{}.rsvd.max", page_size), value});
    writes.back().optional = true;  // Linux 5.7
  }
  plan_rdma(resources.rdma, writes);
  plan_raw(resources.unified, writes);
  return plan;
}

}  // namespace corten::cgroup
