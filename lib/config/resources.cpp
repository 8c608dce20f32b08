// SPDX-License-Identifier: Apache-2.0
#include "config/resources.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "config/default_devices.hpp"

namespace corten::config {
namespace {

/// Rules besides those for the default devices (runc's list, which engines rely on).
struct ImplicitRule {
  char type;
  std::optional<std::uint32_t> major, minor;
  std::string_view access;
};

constexpr auto before_defaults = std::to_array<ImplicitRule>({
    {'c', std::nullopt, std::nullopt, "m"},
    {'b', std::nullopt, std::nullopt, "m"},
});

constexpr auto after_defaults = std::to_array<ImplicitRule>({
    {'c', 136, std::nullopt, "rwm"},  // /dev/pts/*
    {'c', 5, 2, "rwm"},               // /dev/ptmx
    {'c', 10, 200, "rwm"},            // /dev/net/tun: out in runc 1.2, back after complaints
});

void set_access(cgroup::DeviceRule& rule, std::string_view access) {
  rule.read = access.find('r') != std::string_view::npos;
  rule.write = access.find('w') != std::string_view::npos;
  rule.mknod = access.find('m') != std::string_view::npos;
}

/// A device number; negative means any, as old engines write it.
std::optional<std::uint32_t> device_number(std::optional<std::int64_t> number, std::string_view what) {
  if (number.value_or(-1) < 0) return std::nullopt;
  if (*number > std::numeric_limits<std::uint32_t>::max()) throw Error{fmt::format("invalid {} {}", what, *number)};
  return static_cast<std::uint32_t>(*number);
}

std::uint64_t block_device_number(std::int64_t number, std::string_view what) {
  if (number < 0) throw Error{fmt::format("invalid {} {} of a blockIO device", what, number)};
  return static_cast<std::uint64_t>(number);
}

std::vector<cgroup::DeviceRule> plan_device_rules(const std::vector<spec::DeviceRule>& rules) {
  std::vector<cgroup::DeviceRule> planned;
  for (std::size_t at = 0; at < rules.size(); ++at) {
    const auto& rule = rules[at];
    if (rule.access.empty()) throw Error{fmt::format("device access at {} field cannot be empty", at)};
    const auto type = rule.type.empty() ? std::string{"a"} : rule.type;
    if (type != "a" && type != "b" && type != "c")
      throw Error{fmt::format("invalid cgroup device type {}", quote(type))};
    cgroup::DeviceRule made;
    made.type = type.front();
    made.major = device_number(rule.major, "major");
    made.minor = device_number(rule.minor, "minor");
    made.allow = rule.allow;
    set_access(made, rule.access);
    planned.push_back(made);
  }
  return planned;
}

std::vector<cgroup::DeviceThrottle> plan_throttles(const std::vector<spec::ThrottleDevice>& throttles) {
  std::vector<cgroup::DeviceThrottle> planned;
  planned.reserve(throttles.size());
  for (const auto& throttle : throttles) {
    planned.push_back(
        {block_device_number(throttle.major, "major"), block_device_number(throttle.minor, "minor"), throttle.rate});
  }
  return planned;
}

cgroup::BlockIo plan_block_io(const spec::BlockIo& io) {
  cgroup::BlockIo planned;
  planned.weight = io.weight;
  planned.leaf_weight = io.leaf_weight;
  for (const auto& device : io.weight_device) {
    planned.weights.push_back({block_device_number(device.major, "major"), block_device_number(device.minor, "minor"),
                               device.weight, device.leaf_weight});
  }
  planned.read_bps = plan_throttles(io.throttle_read_bps);
  planned.write_bps = plan_throttles(io.throttle_write_bps);
  planned.read_iops = plan_throttles(io.throttle_read_iops);
  planned.write_iops = plan_throttles(io.throttle_write_iops);
  return planned;
}

/// A key is the name of a file in the cgroup, never one elsewhere.
void check_unified_name(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    throw Error{fmt::format("unified resource {} must be a file name (no slashes)", quote(name))};
  }
  const auto is_word = [](std::string_view word) {
    constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return !word.empty() && word.find_first_not_of(characters) == std::string_view::npos;
  };
  const auto words = split(name, '.');
  if (words.size() > 1 && std::ranges::all_of(words, is_word)) return;
  throw Error{fmt::format("unified resource {} must be in the form CONTROLLER.PARAMETER", quote(name))};
}

/// It becomes part of a file's name: a number and a unit, such as "2MB".
void check_page_size(const std::string& size, std::size_t index) {
  const auto unit = size.find_first_not_of("0123456789");
  if (unit != 0 && unit != std::string::npos) {
    const auto name = std::string_view{size}.substr(unit);
    if (name == "B" ||
        (name.size() == 2 && name[1] == 'B' && std::string_view{"KMGTPE"}.find(name[0]) != std::string_view::npos))
      return;
  }
  throw Error{fmt::format("linux.resources.hugepageLimits[{}].pageSize: {} is no size of a page, as 2MB is", index,
                          quote(size))};
}

void plan_systemd(const spec::Config& config, const CgroupContext& context, cgroup::Plan& plan) {
  const auto path = config.platform ? config.platform->cgroups_path : std::string{};
  auto name = context.id;
  plan.scope_prefix = "corten";
  if (!path.empty()) {
    const auto words = split(path, ':');
    if (words.size() != 3) {
      throw Error{
          fmt::format("expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got {} instead",
                      quote(path))};
    }
    plan.parent_slice = words[0];
    plan.scope_prefix = words[1];
    name = words[2];
  }
  plan.unit_name = name.ends_with(".slice") ? name : fmt::format("{}-{}.scope", plan.scope_prefix, name);
  constexpr std::string_view key = "org.systemd.property.";
  for (const auto& [annotation, value] : config.annotations) {
    if (!annotation.starts_with(key)) continue;
    auto property = annotation.substr(key.size());
    const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    if (property.size() < 3) throw Error{fmt::format("annotation {} name incorrect: too short", annotation)};
    if (!std::ranges::all_of(property, is_letter)) {
      throw Error{fmt::format("annotation {} name incorrect: contains non-alphabetic character", annotation)};
    }
    plan.unit_properties.emplace_back(std::move(property), value);
  }
}

bool has_namespace(const spec::Linux& platform, std::string_view type) {
  return std::ranges::find(platform.namespaces, type, &spec::Namespace::type) != platform.namespaces.end();
}

/// A cgroup namespace of the container's own, with a writable view of it.
bool manages_its_cgroup(const spec::Config& config) {
  const auto& namespaces = config.platform->namespaces;
  const bool own_view = std::ranges::any_of(
      namespaces, [](const spec::Namespace& space) { return space.type == "cgroup" && space.path.empty(); });
  return own_view && std::ranges::any_of(config.mounts, [](const spec::Mount& mount) {
           const auto& options = mount.options;
           const auto is_access = [](const auto& option) { return option == "ro" || option == "rw"; };
           const auto last = std::find_if(options.rbegin(), options.rend(), is_access);
           auto target = std::string_view{mount.destination};
           while (target.size() > 1 && target.ends_with('/')) target.remove_suffix(1);
           return mount.source == "cgroup" && target == "/sys/fs/cgroup" && (last == options.rend() || *last == "rw");
         });
}

/// The host's id of the user that is to own a cgroup that its container manages: the process's. Nothing where the id is
/// not mapped.
std::optional<std::uint32_t> plan_owner(const spec::Config& config) {
  if (!config.platform || !manages_its_cgroup(config)) return std::nullopt;
  const auto uid = config.process ? config.process->user.uid : 0U;
  if (!has_namespace(*config.platform, "user")) return uid;
  for (const auto& range : config.platform->uid_mappings) {
    const bool within = uid >= range.container_id && uid - range.container_id < range.size;
    if (within) return range.host_id + (uid - range.container_id);
  }
  return std::nullopt;
}

template <class Device>
void merge_device(std::vector<Device>& devices, const Device& wanted, auto&& overwrite) {
  // The last of several rows for one device is the one in force.
  const auto same = [&](const Device& device) { return device.major == wanted.major && device.minor == wanted.minor; };
  const auto found = std::find_if(devices.rbegin(), devices.rend(), same);
  if (found == devices.rend()) {
    devices.push_back(wanted);
  } else {
    overwrite(*found);
  }
}

void merge_throttles(std::vector<cgroup::DeviceThrottle>& merged, const std::vector<cgroup::DeviceThrottle>& wanted) {
  for (const auto& throttle : wanted) {
    merge_device(merged, throttle, [&](cgroup::DeviceThrottle& found) { found.rate = throttle.rate; });
  }
}

template <class Value>
void take(std::optional<Value>& to, const std::optional<Value>& from) {
  if (from) to = from;
}

void merge_block_io(cgroup::BlockIo& merged, const cgroup::BlockIo& wanted) {
  take(merged.weight, wanted.weight);
  take(merged.leaf_weight, wanted.leaf_weight);
  for (const auto& device : wanted.weights) {
    merge_device(merged.weights, device, [&](cgroup::DeviceWeight& found) {
      take(found.weight, device.weight);
      take(found.leaf_weight, device.leaf_weight);
    });
  }
  merge_throttles(merged.read_bps, wanted.read_bps);
  merge_throttles(merged.write_bps, wanted.write_bps);
  merge_throttles(merged.read_iops, wanted.read_iops);
  merge_throttles(merged.write_iops, wanted.write_iops);
}

bool is_set(const auto& value) { return value.value_or(0) != 0; }

/// Memory and memory+swap bound one another on v1, and v2's swap limit is their difference: both are written again.
void merge_memory(cgroup::Memory& changes, cgroup::Memory& merged) {
  // Engines say 0 for a limit that they do not name.
  for (auto* limit : {&changes.limit, &changes.reservation, &changes.swap}) {
    if (!is_set(*limit)) limit->reset();
  }
  take(merged.limit, changes.limit);
  take(merged.reservation, changes.reservation);
  take(merged.swappiness, changes.swappiness);
  take(merged.disable_oom_killer, changes.disable_oom_killer);
  if (changes.limit == -1 && !changes.swap) merged.swap.reset();  // the old one would still be a limit on both
  take(merged.swap, changes.swap);
  if (changes.limit || changes.swap) {
    changes.limit = merged.limit;
    changes.swap = merged.swap;
  }
}

void merge_cpu(cgroup::Cpu& changes, cgroup::Cpu& merged) {
  take(merged.shares, changes.shares);
  if (changes.idle && !changes.shares) merged.shares.reset();  // an idle group has no weight
  take(merged.idle, changes.idle);
  take(merged.burst, changes.burst);
  take(merged.realtime_period, changes.realtime_period);
  take(merged.realtime_runtime, changes.realtime_runtime);
  if (!changes.cpus.empty()) merged.cpus = changes.cpus;
  if (!changes.mems.empty()) merged.mems = changes.mems;
  if (is_set(changes.period)) merged.period = changes.period;
  if (is_set(changes.quota)) merged.quota = changes.quota;
  // v2 has both in one file.
  if (is_set(changes.period) || is_set(changes.quota)) {
    changes.period = merged.period;
    changes.quota = merged.quota;
  }
}

}  // namespace

std::vector<cgroup::DeviceRule> implicit_device_rules() {
  std::vector<cgroup::DeviceRule> rules;
  const auto allow = [&](const ImplicitRule& implicit) {
    cgroup::DeviceRule rule;
    rule.type = implicit.type;
    rule.major = implicit.major;
    rule.minor = implicit.minor;
    rule.allow = true;
    set_access(rule, implicit.access);
    rules.push_back(rule);
  };
  for (const auto& rule : before_defaults) allow(rule);
  for (const auto& device : default_devices) allow({device.type, device.major, device.minor, "rwm"});
  for (const auto& rule : after_defaults) allow(rule);
  return rules;
}

cgroup::Resources plan_resources(const spec::Resources& resources) {
  cgroup::Resources planned;
  planned.devices = plan_device_rules(resources.devices);
  if (resources.memory) {
    if (resources.memory->kernel) log::warn("Kernel memory settings are ignored and will be removed");
    planned.memory = *resources.memory;
    planned.kernel_tcp = resources.memory->kernel_tcp;
  }
  if (resources.cpu) planned.cpu = *resources.cpu;
  planned.pids_limit = resources.pids_limit;
  if (resources.block_io) planned.block_io = plan_block_io(*resources.block_io);
  for (const auto& limit : resources.hugepage_limits) {
    check_page_size(limit.page_size, planned.hugepages.size());
    planned.hugepages.push_back(limit);
  }
  if (resources.network) {
    planned.net_class_id = resources.network->class_id;
    for (const auto& priority : resources.network->priorities) {
      planned.net_priorities.emplace_back(priority.name, priority.priority);
    }
  }
  planned.rdma = resources.rdma;
  for (const auto& [name, value] : resources.unified) check_unified_name(name);
  planned.unified = resources.unified;
  return planned;
}

cgroup::Plan plan_cgroup(const spec::Config& config, const CgroupContext& context) {
  cgroup::Plan plan;
  plan.driver = context.driver;
  plan.rootless = context.rootless;
  const auto path = config.platform ? config.platform->cgroups_path : std::string{};
  plan.explicit_path = !path.empty();
  if (context.driver == cgroup::Driver::systemd) {
    plan_systemd(config, context, plan);
  } else {
    plan.path = path.empty() ? context.id : path;
  }
  plan.owner_uid = plan_owner(config);
  if (config.platform && config.platform->resources) plan.resources = plan_resources(*config.platform->resources);
  const auto implicit = implicit_device_rules();
  plan.resources.devices.insert(plan.resources.devices.end(), implicit.begin(), implicit.end());
  return plan;
}

ResourcesUpdate plan_update(const cgroup::Resources& current, const spec::Resources& wanted) {
  ResourcesUpdate update{plan_resources(wanted), current};
  auto& [changes, merged] = update;
  changes.devices.clear();
  changes.hugepages.clear();
  changes.net_class_id.reset();
  changes.net_priorities.clear();
  changes.rdma.clear();
  merge_memory(changes.memory, merged.memory);
  merge_cpu(changes.cpu, merged.cpu);
  take(merged.pids_limit, changes.pids_limit);
  merge_block_io(merged.block_io, changes.block_io);
  for (const auto& [key, value] : changes.unified) {
    const auto found = std::ranges::find(merged.unified, key, &std::pair<std::string, std::string>::first);
    if (found == merged.unified.end()) {
      merged.unified.emplace_back(key, value);
    } else {
      found->second = value;
    }
  }
  return update;
}

}  // namespace corten::config
