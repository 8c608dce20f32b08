// SPDX-License-Identifier: Apache-2.0
#include "spec/readers.hpp"

namespace corten::spec {

void read(const JsonValue& from, DeviceRule& to) {
  from.field("allow", to.allow);
  from.field("type", to.type);
  from.field("major", to.major);
  from.field("minor", to.minor);
  from.field("access", to.access);
}

void read(const JsonValue& from, MemoryResources& to) {
  from.field("limit", to.limit);
  from.field("reservation", to.reservation);
  from.field("swap", to.swap);
  from.field("kernel", to.kernel);
  from.field("kernelTCP", to.kernel_tcp);
  from.field("swappiness", to.swappiness);
  from.field("disableOOMKiller", to.disable_oom_killer);
  from.field("useHierarchy", to.use_hierarchy);
  from.field("checkBeforeUpdate", to.check_before_update);
}

void read(const JsonValue& from, resources::Cpu& to) {
  from.field("shares", to.shares);
  from.field("quota", to.quota);
  from.field("burst", to.burst);
  from.field("period", to.period);
  from.field("realtimeRuntime", to.realtime_runtime);
  from.field("realtimePeriod", to.realtime_period);
  from.field("cpus", to.cpus);
  from.field("mems", to.mems);
  from.field("idle", to.idle);
}

void read(const JsonValue& from, WeightDevice& to) {
  from.field("major", to.major);
  from.field("minor", to.minor);
  from.field("weight", to.weight);
  from.field("leafWeight", to.leaf_weight);
}

void read(const JsonValue& from, ThrottleDevice& to) {
  from.field("major", to.major);
  from.field("minor", to.minor);
  from.field("rate", to.rate);
}

void read(const JsonValue& from, BlockIo& to) {
  from.field("weight", to.weight);
  from.field("leafWeight", to.leaf_weight);
  from.field("weightDevice", to.weight_device);
  from.field("throttleReadBpsDevice", to.throttle_read_bps);
  from.field("throttleWriteBpsDevice", to.throttle_write_bps);
  from.field("throttleReadIOPSDevice", to.throttle_read_iops);
  from.field("throttleWriteIOPSDevice", to.throttle_write_iops);
}

void read(const JsonValue& from, resources::HugepageLimit& to) {
  from.field("pageSize", to.page_size);
  from.field("limit", to.limit);
}

void read(const JsonValue& from, InterfacePriority& to) {
  from.field("name", to.name);
  from.field("priority", to.priority);
}

void read(const JsonValue& from, NetworkResources& to) {
  from.field("classID", to.class_id);
  from.field("priorities", to.priorities);
}

void read(const JsonValue& from, std::vector<resources::RdmaLimit>& to) {
  to.clear();
  from.each_member([&to](std::string device, const JsonValue& limits) {
    auto& rdma = to.emplace_back();
    rdma.device = std::move(device);
    if (limits.is_null()) return;
    limits.field("hcaHandles", rdma.hca_handles);
    limits.field("hcaObjects", rdma.hca_objects);
  });
}

/// "pids": an object around the one limit.
struct Pids {
  std::optional<std::int64_t>& limit;
};

void read(const JsonValue& from, Pids& to) { from.field("limit", to.limit); }

void read(const JsonValue& from, Resources& to) {
  from.field("devices", to.devices);
  from.field("memory", to.memory);
  from.field("cpu", to.cpu);
  Pids pids{to.pids_limit};
  from.field("pids", pids);
  from.field("blockIO", to.block_io);
  from.field("hugepageLimits", to.hugepage_limits);
  from.field("network", to.network);
  from.field("rdma", to.rdma);
  from.field("unified", to.unified);
}

Resources parse_resources(std::string_view json) {
  const JsonTree tree{json, "resources document", {}, Rest::ignored};
  Resources resources;
  read(JsonValue{tree}, resources);
  return resources;
}

}  // namespace corten::spec
