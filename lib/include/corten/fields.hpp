// SPDX-License-Identifier: Apache-2.0
// The names of the runtime-spec's fields: one table, by which config.json is read and written. fields(visit, value) tells the
// visitor each field of a value, in the order of the specification:
//
//   visit("name", member)              a field; a writer leaves it out where it is not set, or an empty text, list or map
//   visit.always("name", member)       is written nevertheless, as null where it is not set
//   visit.unless_zero("name", member)  is left out where it is 0, or an object of nothing else
//   visit.keyed("name", list, key)     a JSON object whose members are the items of a list, named by the member `key` of each
//   visit.inside("name", "own", value) an object around one value
//
// `value` is const where the visitor only looks. Those of configurations do without `always` and `unless_zero`.
#pragma once

#include <concepts>
#include <type_traits>

#include <corten/config.hpp>

namespace corten::spec {

/// T, const or not.
template <class T, class Is>
concept Same = std::same_as<std::remove_const_t<T>, Is>;

template <class V, Same<Box> T>
void fields(V&& visit, T& x) {
  visit("height", x.height);
  visit("width", x.width);
}

template <class V, Same<User> T>
void fields(V&& visit, T& x) {
  visit("uid", x.uid);
  visit("gid", x.gid);
  visit("umask", x.umask);
  visit("additionalGids", x.additional_gids);
}

template <class V, Same<Capabilities> T>
void fields(V&& visit, T& x) {
  visit("bounding", x.bounding);
  visit("effective", x.effective);
  visit("inheritable", x.inheritable);
  visit("permitted", x.permitted);
  visit("ambient", x.ambient);
}

template <class V, Same<Rlimit> T>
void fields(V&& visit, T& x) {
  visit("type", x.type);
  visit("hard", x.hard);
  visit("soft", x.soft);
}

template <class V, Same<Scheduler> T>
void fields(V&& visit, T& x) {
  visit("policy", x.policy);
  visit("nice", x.nice);
  visit("priority", x.priority);
  visit("flags", x.flags);
  visit("runtime", x.runtime);
  visit("deadline", x.deadline);
  visit("period", x.period);
}

template <class V, Same<IoPriority> T>
void fields(V&& visit, T& x) {
  visit("class", x.io_class);
  visit("priority", x.priority);
}

template <class V, Same<ExecCpuAffinity> T>
void fields(V&& visit, T& x) {
  visit("initial", x.initial);
  visit("final", x.final);
}

template <class V, Same<Process> T>
void fields(V&& visit, T& x) {
  visit("terminal", x.terminal);
  visit("consoleSize", x.console_size);
  visit("user", x.user);
  visit("args", x.args);
  visit("env", x.env);
  visit("cwd", x.cwd);
  visit("capabilities", x.capabilities);
  visit("rlimits", x.rlimits);
  visit("noNewPrivileges", x.no_new_privileges);
  visit("apparmorProfile", x.apparmor_profile);
  visit("oomScoreAdj", x.oom_score_adj);
  visit("scheduler", x.scheduler);
  visit("selinuxLabel", x.selinux_label);
  visit("ioPriority", x.io_priority);
  visit("execCPUAffinity", x.exec_cpu_affinity);
}

template <class V, Same<Root> T>
void fields(V&& visit, T& x) {
  visit("path", x.path);
  visit("readonly", x.readonly);
}

template <class V, Same<IdMapping> T>
void fields(V&& visit, T& x) {
  visit("containerID", x.container_id);
  visit("hostID", x.host_id);
  visit("size", x.size);
}

template <class V, Same<Mount> T>
void fields(V&& visit, T& x) {
  visit("destination", x.destination);
  visit("type", x.type);
  visit("source", x.source);
  visit("options", x.options);
  visit("uidMappings", x.uid_mappings);
  visit("gidMappings", x.gid_mappings);
}

template <class V, Same<Hook> T>
void fields(V&& visit, T& x) {
  visit("path", x.path);
  visit("args", x.args);
  visit("env", x.env);
  visit("timeout", x.timeout);
}

template <class V, Same<Hooks> T>
void fields(V&& visit, T& x) {
  visit("prestart", x.prestart);
  visit("createRuntime", x.create_runtime);
  visit("createContainer", x.create_container);
  visit("startContainer", x.start_container);
  visit("poststart", x.poststart);
  visit("poststop", x.poststop);
}

template <class V, Same<Namespace> T>
void fields(V&& visit, T& x) {
  visit("type", x.type);
  visit("path", x.path);
}

template <class V, Same<Device> T>
void fields(V&& visit, T& x) {
  visit("type", x.type);
  visit("path", x.path);
  visit("major", x.major);
  visit("minor", x.minor);
  visit("fileMode", x.file_mode);
  visit("uid", x.uid);
  visit("gid", x.gid);
}

template <class V, Same<NetDevice> T>
void fields(V&& visit, T& x) {
  visit("name", x.name);
}

template <class V, Same<TimeOffset> T>
void fields(V&& visit, T& x) {
  visit("secs", x.secs);
  visit("nanosecs", x.nanosecs);
}

template <class V, Same<DeviceRule> T>
void fields(V&& visit, T& x) {
  visit("allow", x.allow);
  visit("type", x.type);
  visit("major", x.major);
  visit("minor", x.minor);
  visit("access", x.access);
}

template <class V, Same<MemoryResources> T>
void fields(V&& visit, T& x) {
  visit("limit", x.limit);
  visit("reservation", x.reservation);
  visit("swap", x.swap);
  visit("kernel", x.kernel);
  visit("kernelTCP", x.kernel_tcp);
  visit("swappiness", x.swappiness);
  visit("disableOOMKiller", x.disable_oom_killer);
  visit("useHierarchy", x.use_hierarchy);
  visit("checkBeforeUpdate", x.check_before_update);
}

template <class V, Same<resources::Cpu> T>
void fields(V&& visit, T& x) {
  visit("shares", x.shares);
  visit("quota", x.quota);
  visit("burst", x.burst);
  visit("period", x.period);
  visit("realtimeRuntime", x.realtime_runtime);
  visit("realtimePeriod", x.realtime_period);
  visit("cpus", x.cpus);
  visit("mems", x.mems);
  visit("idle", x.idle);
}

template <class V, Same<WeightDevice> T>
void fields(V&& visit, T& x) {
  visit("major", x.major);
  visit("minor", x.minor);
  visit("weight", x.weight);
  visit("leafWeight", x.leaf_weight);
}

template <class V, Same<ThrottleDevice> T>
void fields(V&& visit, T& x) {
  visit("major", x.major);
  visit("minor", x.minor);
  visit("rate", x.rate);
}

template <class V, Same<BlockIo> T>
void fields(V&& visit, T& x) {
  visit("weight", x.weight);
  visit("leafWeight", x.leaf_weight);
  visit("weightDevice", x.weight_device);
  visit("throttleReadBpsDevice", x.throttle_read_bps);
  visit("throttleWriteBpsDevice", x.throttle_write_bps);
  visit("throttleReadIOPSDevice", x.throttle_read_iops);
  visit("throttleWriteIOPSDevice", x.throttle_write_iops);
}

template <class V, Same<resources::HugepageLimit> T>
void fields(V&& visit, T& x) {
  visit("pageSize", x.page_size);
  visit("limit", x.limit);
}

template <class V, Same<InterfacePriority> T>
void fields(V&& visit, T& x) {
  visit("name", x.name);
  visit("priority", x.priority);
}

template <class V, Same<NetworkResources> T>
void fields(V&& visit, T& x) {
  visit("classID", x.class_id);
  visit("priorities", x.priorities);
}

template <class V, Same<resources::RdmaLimit> T>
void fields(V&& visit, T& x) {
  visit("hcaHandles", x.hca_handles);
  visit("hcaObjects", x.hca_objects);
}

template <class V, Same<Resources> T>
void fields(V&& visit, T& x) {
  visit("devices", x.devices);
  visit("memory", x.memory);
  visit("cpu", x.cpu);
  visit.inside("pids", "limit", x.pids_limit);
  visit("blockIO", x.block_io);
  visit("hugepageLimits", x.hugepage_limits);
  visit("network", x.network);
  visit.keyed("rdma", x.rdma, &resources::RdmaLimit::device);
  visit("unified", x.unified);
}

template <class V, Same<SeccompArg> T>
void fields(V&& visit, T& x) {
  visit("index", x.index);
  visit("value", x.value);
  visit("valueTwo", x.value_two);
  visit("op", x.op);
}

template <class V, Same<SeccompRule> T>
void fields(V&& visit, T& x) {
  visit("names", x.names);
  visit("action", x.action);
  visit("errnoRet", x.errno_ret);
  visit("args", x.args);
}

template <class V, Same<Seccomp> T>
void fields(V&& visit, T& x) {
  visit("defaultAction", x.default_action);
  visit("defaultErrnoRet", x.default_errno_ret);
  visit("architectures", x.architectures);
  visit("flags", x.flags);
  visit("listenerPath", x.listener_path);
  visit("listenerMetadata", x.listener_metadata);
  visit("syscalls", x.syscalls);
}

template <class V, Same<IntelRdt> T>
void fields(V&& visit, T& x) {
  visit("closID", x.clos_id);
  visit("schemata", x.schemata);
  visit("l3CacheSchema", x.l3_cache_schema);
  visit("memBwSchema", x.mem_bw_schema);
  visit("enableMonitoring", x.enable_monitoring);
}

template <class V, Same<Personality> T>
void fields(V&& visit, T& x) {
  visit("domain", x.domain);
  visit("flags", x.flags);
}

template <class V, Same<MemoryPolicy> T>
void fields(V&& visit, T& x) {
  visit("mode", x.mode);
  visit("nodes", x.nodes);
  visit("flags", x.flags);
}

template <class V, Same<Linux> T>
void fields(V&& visit, T& x) {
  visit("uidMappings", x.uid_mappings);
  visit("gidMappings", x.gid_mappings);
  visit("sysctl", x.sysctl);
  visit("resources", x.resources);
  visit("cgroupsPath", x.cgroups_path);
  visit("namespaces", x.namespaces);
  visit("devices", x.devices);
  visit.keyed("netDevices", x.net_devices, &NetDevice::host_name);
  visit("seccomp", x.seccomp);
  visit("rootfsPropagation", x.rootfs_propagation);
  visit("maskedPaths", x.masked_paths);
  visit("readonlyPaths", x.readonly_paths);
  visit("mountLabel", x.mount_label);
  visit("intelRdt", x.intel_rdt);
  visit("personality", x.personality);
  visit.keyed("timeOffsets", x.time_offsets, &TimeOffset::clock);
  visit("memoryPolicy", x.memory_policy);
}

template <class V, Same<Config> T>
void fields(V&& visit, T& x) {
  visit("ociVersion", x.oci_version);
  visit("root", x.root);
  visit("mounts", x.mounts);
  visit("process", x.process);
  visit("hostname", x.hostname);
  visit("domainname", x.domainname);
  visit("hooks", x.hooks);
  visit("annotations", x.annotations);
  visit("linux", x.platform);
}

}  // namespace corten::spec
