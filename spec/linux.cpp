// SPDX-License-Identifier: Apache-2.0
#include "spec/readers.hpp"

namespace corten::spec {

void read(const JsonValue& from, IdMapping& to) {
  from.field("containerID", to.container_id);
  from.field("hostID", to.host_id);
  from.field("size", to.size);
}

void read(const JsonValue& from, Namespace& to) {
  from.field("type", to.type);
  from.field("path", to.path);
}

void read(const JsonValue& from, Device& to) {
  from.field("type", to.type);
  from.field("path", to.path);
  from.field("major", to.major);
  from.field("minor", to.minor);
  from.field("fileMode", to.file_mode);
  from.field("uid", to.uid);
  from.field("gid", to.gid);
}

void read(const JsonValue& from, std::vector<NetDevice>& to) {
  to.clear();
  from.each_member([&to](std::string host_name, const JsonValue& device) {
    auto& added = to.emplace_back();
    added.host_name = std::move(host_name);
    if (!device.is_null()) device.field("name", added.name);
  });
}

void read(const JsonValue& from, SeccompArg& to) {
  from.field("index", to.index);
  from.field("value", to.value);
  from.field("valueTwo", to.value_two);
  from.field("op", to.op);
}

void read(const JsonValue& from, SeccompRule& to) {
  from.field("names", to.names);
  from.field("action", to.action);
  from.field("errnoRet", to.errno_ret);
  from.field("args", to.args);
}

void read(const JsonValue& from, Seccomp& to) {
  from.field("defaultAction", to.default_action);
  from.field("defaultErrnoRet", to.default_errno_ret);
  from.field("architectures", to.architectures);
  from.field("flags", to.flags);
  from.field("listenerPath", to.listener_path);
  from.field("listenerMetadata", to.listener_metadata);
  from.field("syscalls", to.syscalls);
}

void read(const JsonValue& from, IntelRdt& to) {
  from.field("closID", to.clos_id);
  from.field("schemata", to.schemata);
  from.field("l3CacheSchema", to.l3_cache_schema);
  from.field("memBwSchema", to.mem_bw_schema);
  from.field("enableMonitoring", to.enable_monitoring);
}

void read(const JsonValue& from, Personality& to) {
  from.field("domain", to.domain);
  from.field("flags", to.flags);
}

void read(const JsonValue& from, MemoryPolicy& to) {
  from.field("mode", to.mode);
  from.field("nodes", to.nodes);
  from.field("flags", to.flags);
}

void read(const JsonValue& from, std::vector<TimeOffset>& to) {
  to.clear();
  from.each_member([&to](std::string clock, const JsonValue& offset) {
    auto& added = to.emplace_back();
    added.clock = std::move(clock);
    if (offset.is_null()) return;
    offset.field("secs", added.secs);
    offset.field("nanosecs", added.nanosecs);
  });
}

void read(const JsonValue& from, Linux& to) {
  from.field("uidMappings", to.uid_mappings);
  from.field("gidMappings", to.gid_mappings);
  from.field("sysctl", to.sysctl);
  from.field("resources", to.resources);
  from.field("cgroupsPath", to.cgroups_path);
  from.field("namespaces", to.namespaces);
  from.field("devices", to.devices);
  from.field("netDevices", to.net_devices);
  from.field("seccomp", to.seccomp);
  from.field("rootfsPropagation", to.rootfs_propagation);
  from.field("maskedPaths", to.masked_paths);
  from.field("readonlyPaths", to.readonly_paths);
  from.field("mountLabel", to.mount_label);
  from.field("intelRdt", to.intel_rdt);
  from.field("personality", to.personality);
  from.field("timeOffsets", to.time_offsets);
  from.field("memoryPolicy", to.memory_policy);
}

}  // namespace corten::spec
