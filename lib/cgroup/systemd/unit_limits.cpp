// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/named_table.hpp"
#include "base/text.hpp"
#include "cgroup/limits.hpp"
#include "cgroup/systemd/unit.hpp"

namespace corten::cgroup {
namespace {

using systemd::Property;
using systemd::Value;
using Properties = std::vector<Property>;

constexpr int idle_since = 252;        // a CPUWeight of 0 means cpu.idle
constexpr int cpuset_since = 244;      // AllowedCPUs, AllowedMemoryNodes
constexpr int oom_policy_since = 253;  // of scopes: systemd writes memory.oom.group from here on
constexpr int zswap_writeback_since = 256;
constexpr int partition_since = 261;

/// -1 is "no limit" in the document, and all bits set for systemd.
Value limit_value(std::int64_t limit) {
  if (limit < -1) throw Error{fmt::format("invalid limit {}: less than -1, which is none", limit)};
  return Value::u64(static_cast<std::uint64_t>(limit));
}

void add(Properties& properties, const char* name, std::int64_t limit) {
  if (limit != 0) properties.push_back({name, limit_value(limit)});
}

Value tasks_value(std::int64_t limit) { return limit_value(limit < 0 ? -1 : std::max<std::int64_t>(limit, 1)); }

void plan_cpuset(const Cpu& cpu, Properties& properties) {
  const auto put = [&](const char* name, const char* what, const std::string& list) {
    if (list.empty()) return;
    with_context(fmt::format("resources.CPU.{}={} conversion error", what, quote(list)), [&] {
      properties.push_back({name, cpu_set_bits(list), cpuset_since});
    });
  };
  put("AllowedCPUs", "Cpus", cpu.cpus);
  put("AllowedMemoryNodes", "Mems", cpu.mems);
}

using DeviceValues = std::vector<std::pair<std::string, std::uint64_t>>;

void add_devices(Properties& properties, const char* name, const DeviceValues& devices) {
  if (devices.empty()) return;
  auto list = Value::array("(st)", {});
  for (const auto& [path, value] : devices) {
    list.items.push_back(Value::tuple({Value::string(path), Value::u64(value)}));
  }
  properties.push_back({name, std::move(list)});
}

template <class Device>
std::string path_of(const Device& device) {
  return fmt::format("/dev/block/{}:{}", device.major, device.minor);
}

DeviceValues rates(const std::vector<DeviceThrottle>& throttles) {
  DeviceValues values;
  for (const auto& throttle : throttles) values.emplace_back(path_of(throttle), throttle.rate);
  return values;
}

void plan_io(const BlockIo& io, Layout layout, Properties& properties) {
  const bool unified = layout == Layout::unified;
  const auto weight_of = [&](std::uint16_t weight) { return unified ? io_weight_of_blkio(weight) : weight; };
  if (io.weight.value_or(0) != 0) {
    properties.push_back({unified ? "IOWeight" : "BlockIOWeight", Value::u64(weight_of(*io.weight))});
  }
  DeviceValues weights;
  for (const auto& device : io.weights) {
    if (device.weight.value_or(0) != 0) weights.emplace_back(path_of(device), weight_of(*device.weight));
  }
  add_devices(properties, unified ? "IODeviceWeight" : "BlockIODeviceWeight", weights);
  add_devices(properties, unified ? "IOReadBandwidthMax" : "BlockIOReadBandwidth", rates(io.read_bps));
  add_devices(properties, unified ? "IOWriteBandwidthMax" : "BlockIOWriteBandwidth", rates(io.write_bps));
  if (!unified) return;
  add_devices(properties, "IOReadIOPSMax", rates(io.read_iops));
  add_devices(properties, "IOWriteIOPSMax", rates(io.write_iops));
}

void plan_cpu(Cpu& cpu, Layout layout, Properties& properties) {
  const auto shares = cpu.shares.value_or(0);
  if (layout == Layout::legacy) {
    if (shares != 0) properties.push_back({"CPUShares", Value::u64(shares)});
  } else if (cpu.idle == 1) {
    properties.push_back({"CPUWeight", Value::u64(0), idle_since});
  } else if (shares != 0) {
    properties.push_back({"CPUWeight", Value::u64(weight_of_shares(shares))});
  }
  auto quota = cpu.quota.value_or(0);
  add_cpu_quota(quota, cpu.period.value_or(0), properties);
  if (cpu.quota) cpu.quota = quota;
}

// --- unified

using Unified = std::vector<std::pair<std::string, std::string>>;

struct Name {
  const char* name;
  int since;
};

constexpr auto size_files = named_table<Name>({
    {"memory.high", {"MemoryHigh", 0}},
    {"memory.low", {"MemoryLow", 0}},
    {"memory.min", {"MemoryMin", 0}},
    {"memory.max", {"MemoryMax", 0}},
    {"memory.swap.max", {"MemorySwapMax", 0}},
    {"memory.zswap.max", {"MemoryZSwapMax", 253}},
    {"pids.max", {"TasksMax", 0}},
});

constexpr auto weight_files = named_table<const char*>({{"cpu.weight", "CPUWeight"}, {"io.weight", "IOWeight"}});

constexpr auto cpuset_files =
    named_table<const char*>({{"cpuset.cpus", "AllowedCPUs"}, {"cpuset.mems", "AllowedMemoryNodes"}});

std::uint64_t number_of(const std::string& file, std::string_view value) {
  if (const auto number = parse_number<std::uint64_t>(value)) return *number;
  throw Error{fmt::format("unified resource {} value conversion error: {} is not a number", quote(file), quote(value))};
}

void plan_cpu_max(const std::string& file, std::string_view value, Properties& properties) {
  std::vector<std::string_view> words;
  for (const auto word : split(value, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  if (words.empty() || words.size() > 2) {
    throw Error{fmt::format("unified resource {} value invalid: {}", quote(file), quote(value))};
  }
  const auto number = words[0] == "max" ? 0 : number_of(file, words[0]);
  if (number > std::numeric_limits<std::int64_t>::max()) {
    throw Error{fmt::format("unified resource {} value invalid: {} is out of range", quote(file), number)};
  }
  auto quota = static_cast<std::int64_t>(number);
  add_cpu_quota(quota, words.size() == 2 ? number_of(file, words[1]) : 100000, properties);
}

void plan_file(const std::string& file, std::string_view value, Properties& properties) {
  if (file == "cpu.max") {
    plan_cpu_max(file, value, properties);
  } else if (file == "cpu.idle") {
    if (value == "1") properties.push_back({"CPUWeight", Value::u64(0), idle_since});
  } else if (const auto size = size_files.find(file)) {
    auto number = value == "max" ? systemd::infinity : number_of(file, value);
    if (file == "pids.max") number = std::max<std::uint64_t>(number, 1);  // systemd takes no 0
    properties.push_back({size->name, Value::u64(number), size->since});
  } else if (const auto weight = weight_files.find(file)) {
    if (value.starts_with("default ")) value.remove_prefix(8);
    if (file == "io.weight" && value.find_first_of(":\n") != std::string_view::npos) return;  // of one device
    properties.push_back({*weight, Value::u64(number_of(file, value))});
  } else if (const auto set = cpuset_files.find(file)) {
    with_context(fmt::format("unified resource {}={} conversion error", quote(file), quote(value)), [&] {
      properties.push_back({*set, value.empty() ? Value::bytes("") : cpu_set_bits(value), cpuset_since});
    });
  } else if (file == "memory.zswap.writeback") {
    properties.push_back({"MemoryZSwapWriteback", Value::boolean(value != "0"), zswap_writeback_since});
  } else if (file == "memory.oom.group") {
    properties.push_back({"OOMPolicy", Value::string(value == "1" ? "kill" : "continue"), oom_policy_since, true});
  } else if (file == "cpuset.cpus.partition") {
    properties.push_back({"CPUSetPartition", Value::string(std::string{value}), partition_since});
  } else {
    log::debug(fmt::format("systemd has no property for unified resource {}: it is written to the file only", file));
  }
}

}  // namespace

std::vector<Property> plan_unit_unified(const Unified& unified) {
  Properties properties;
  for (const auto& [file, value] : unified) plan_file(file, trim(value), properties);
  return properties;
}

std::vector<Property> plan_unit_limits(Resources& limits, Layout layout) {
  if (layout == Layout::unified) drop_weight_of_idle(limits);
  Properties properties;
  const auto& memory = limits.memory;
  if (layout == Layout::unified) {
    add(properties, "MemoryMax", memory.limit.value_or(0));
    add(properties, "MemoryLow", memory.reservation.value_or(0));
    if (const auto swap = swap_limit(memory)) properties.push_back({"MemorySwapMax", limit_value(*swap)});
  } else {
    add(properties, "MemoryLimit", memory.limit.value_or(0));
  }
  plan_cpu(limits.cpu, layout, properties);
  plan_io(limits.block_io, layout, properties);
  if (limits.pids_limit) properties.push_back({"TasksMax", tasks_value(*limits.pids_limit)});
  plan_cpuset(limits.cpu, properties);
  if (layout == Layout::unified) {
    const auto raw = plan_unit_unified(limits.unified);
    properties.insert(properties.end(), raw.begin(), raw.end());
  }
  return properties;
}

}  // namespace corten::cgroup
