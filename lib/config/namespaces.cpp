// SPDX-License-Identifier: Apache-2.0
#include "config/namespaces.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/namespace_kinds.hpp"
#include "base/text.hpp"
#include "base/unknown_name.hpp"

namespace corten::config {
namespace {

/// What the kernel accepts as an interface's name (net/core/dev.c, dev_valid_name).
bool is_interface_name(std::string_view name) {
  constexpr std::size_t longest = 15;
  return !name.empty() && name.size() <= longest && name != "." && name != ".." &&
         name.find_first_of("/: \t\n\v\f\r") == std::string_view::npos;
}

void check_net_devices(const spec::Linux& platform, const NamespacePlan& plan, bool rootless) {
  if (platform.net_devices.empty()) return;
  if (!plan.has(CLONE_NEWNET)) throw Error{"unable to move network devices without a NET namespace"};
  if (rootless) throw Error{"network devices are not supported for rootless containers"};
  for (const auto& device : platform.net_devices) {
    if (!is_interface_name(device.host_name))
      throw Error{fmt::format("invalid network device name {}", quote(device.host_name))};
    if (!device.name.empty() && !is_interface_name(device.name)) {
      throw Error{fmt::format("invalid network device name {}", quote(device.name))};
    }
  }
}

void check_user_namespace(const spec::Linux& platform, const NamespacePlan& plan, bool rootless) {
  const bool mapped = !platform.uid_mappings.empty() || !platform.gid_mappings.empty();
  if (!plan.has(CLONE_NEWUSER)) {
    if (!rootless) return;  // mappings mean nothing then, and runc passes over them
    throw Error{
        "rootless container requires user namespaces: linux.namespaces has to have one of type \"user\", and "
        "linux.uidMappings and linux.gidMappings have to map the ids of its root (as `spec --rootless` writes it)"};
  }
  if (plan.joins(CLONE_NEWUSER)) {
    // A joined namespace has its maps already. Engines pass them along all the same, and runc takes them.
    if (!platform.uid_mappings.empty()) check_id_mappings(platform.uid_mappings, "linux.uidMappings");
    if (!platform.gid_mappings.empty()) check_id_mappings(platform.gid_mappings, "linux.gidMappings");
    return;
  }
  if (!mapped) throw Error{"user namespaces enabled, but no namespace path to join nor mappings to apply specified"};
  if (platform.uid_mappings.empty()) throw Error{"user namespaces enabled, but no uid mappings found"};
  if (platform.gid_mappings.empty()) throw Error{"user namespaces enabled, but no gid mappings found"};
  check_id_mappings(platform.uid_mappings, "linux.uidMappings");
  check_id_mappings(platform.gid_mappings, "linux.gidMappings");
}

std::string plan_time_offsets(const std::vector<spec::TimeOffset>& offsets) {
  std::string lines;
  for (const auto& offset : offsets) {
    if (offset.clock != "monotonic" && offset.clock != "boottime") {
      throw Error{
          fmt::format("linux.timeOffsets: there is no clock {}: a time namespace has \"monotonic\" and \"boottime\"",
                      quote(offset.clock))};
    }
  }
  for (const auto& offset : offsets) lines += fmt::format("{} {} {}\n", offset.clock, offset.secs, offset.nanosecs);
  return lines;
}

}  // namespace

bool NamespacePlan::joins(std::uint64_t flag) const {
  return std::any_of(joined.begin(), joined.end(), [&](const auto& ns) { return ns.first == flag; });
}

NamespacePlan plan_namespaces(const spec::Linux& platform) {
  NamespacePlan plan;
  for (const auto& ns : platform.namespaces) {
    const auto kind = namespace_kinds.find(ns.type);
    if (!kind) {
      throw_unknown("linux.namespaces[{1}].type: namespace \"{0}\" does not exist", ns.type, namespace_kinds.rows,
                    static_cast<std::size_t>(&ns - platform.namespaces.data()));
    }
    if (plan.has(kind->flag)) throw Error{fmt::format("malformed spec file: duplicated ns {}", quote(ns.type))};
    if (ns.path.empty()) {
      plan.created |= kind->flag;
    } else {
      plan.joined.emplace_back(kind->flag, ns.path);
    }
  }
  if (!platform.time_offsets.empty()) {
    if (!plan.has(CLONE_NEWTIME)) {
      throw Error{"time namespace offsets specified, but time namespace isn't enabled in the config"};
    }
    if (plan.joins(CLONE_NEWTIME)) {
      throw Error{
          "time namespace enabled, but both namespace path and time offsets specified -- you may only provide one"};
    }
    plan.time_offsets = plan_time_offsets(platform.time_offsets);
  }
  return plan;
}

void check_namespaces(const spec::Config& config, const NamespacePlan& plan, bool rootless) {
  if (!config.hostname.empty() && !plan.has(CLONE_NEWUTS)) {
    throw Error{"unable to set hostname without a private UTS namespace"};
  }
  if (!config.domainname.empty() && !plan.has(CLONE_NEWUTS)) {
    throw Error{"unable to set domainname without a private UTS namespace"};
  }
  const auto& platform = config.platform.value();
  if ((!platform.masked_paths.empty() || !platform.readonly_paths.empty()) && !plan.has(CLONE_NEWNS)) {
    throw Error{"unable to restrict sys entries without a private MNT namespace"};
  }
  check_net_devices(platform, plan, rootless);
  check_user_namespace(platform, plan, rootless);
}

void check_id_mappings(const std::vector<spec::IdMapping>& mappings, const std::string& field) {
  const auto overlap = [](std::uint64_t a, std::uint64_t b, std::uint64_t size_a, std::uint64_t size_b) {
    return a < b + size_b && b < a + size_a;
  };
  constexpr std::uint64_t end_of_ids = 0xFFFFFFFF;  // the last one stands for "no id"
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    const auto& one = mappings[i];
    const auto where = [&] { return fmt::format("{}[{}]", field, i); };
    if (one.size == 0) throw Error{fmt::format("{}: size must not be 0", where())};
    if (std::uint64_t{one.container_id} + one.size > end_of_ids || std::uint64_t{one.host_id} + one.size > end_of_ids) {
      throw Error{fmt::format("{}: the range goes beyond the last id, {}", where(), end_of_ids - 1)};
    }
    for (std::size_t j = 0; j < i; ++j) {
      const auto& other = mappings[j];
      if (overlap(one.container_id, other.container_id, one.size, other.size) ||
          overlap(one.host_id, other.host_id, one.size, other.size)) {
        throw Error{fmt::format("{} overlaps {}[{}]", where(), field, j)};
      }
    }
  }
}

}  // namespace corten::config
