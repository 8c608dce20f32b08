// SPDX-License-Identifier: Apache-2.0
#include "spec/features.hpp"

#include "spec/json_writer.hpp"

namespace corten::spec {
namespace {

void write_cgroup(JsonWriter& to, const Features& features) {
  to.key("cgroup");
  to.begin_object();
  to.member("v1", features.cgroup_v1);
  to.member("v2", features.cgroup_v2);
  to.member("systemd", features.cgroup_systemd);
  to.member("systemdUser", features.cgroup_systemd_user);
  to.member("rdma", features.cgroup_rdma);
  to.end_object();
}

void write_seccomp(JsonWriter& to, const SeccompFeatures& seccomp) {
  to.key("seccomp");
  to.begin_object();
  to.member("enabled", true);
  to.member_unless_empty("actions", seccomp.actions);
  to.member_unless_empty("operators", seccomp.operators);
  to.member_unless_empty("archs", seccomp.archs);
  to.member_unless_empty("knownFlags", seccomp.known_flags);
  to.member_unless_empty("supportedFlags", seccomp.supported_flags);
  to.end_object();
}

void write_enabled(JsonWriter& to, std::string_view name, bool enabled) {
  to.key(name);
  to.begin_object();
  to.member("enabled", enabled);
  to.end_object();
}

void write_intel_rdt(JsonWriter& to, const Features& features) {
  to.key("intelRdt");
  to.begin_object();
  to.member("enabled", features.intel_rdt);
  to.member("schemata", features.intel_rdt_schemata);
  to.member("monitoring", features.intel_rdt_monitoring);
  to.end_object();
}

void write_linux(JsonWriter& to, const Features& features) {
  to.key("linux");
  to.begin_object();
  to.member_unless_empty("namespaces", features.namespaces);
  to.member_unless_empty("capabilities", features.capabilities);
  write_cgroup(to, features);
  if (features.seccomp) write_seccomp(to, *features.seccomp);
  write_enabled(to, "apparmor", features.apparmor);
  write_enabled(to, "selinux", features.selinux);
  write_intel_rdt(to, features);
  to.key("memoryPolicy");
  to.begin_object();
  to.member_unless_empty("modes", features.memory_policy_modes);
  to.member_unless_empty("flags", features.memory_policy_flags);
  to.end_object();
  to.key("mountExtensions");
  to.begin_object();
  write_enabled(to, "idmap", features.idmapped_mounts);
  to.end_object();
  write_enabled(to, "netDevices", features.net_devices);
  to.end_object();
}

}  // namespace

std::string features_json(const Features& features) {
  JsonWriter json{"    "};
  json.begin_object();
  json.member("ociVersionMin", features.oci_version_min);
  json.member("ociVersionMax", features.oci_version_max);
  json.member_unless_empty("hooks", features.hooks);
  json.member_unless_empty("mountOptions", features.mount_options);
  write_linux(json, features);
  json.member_unless_empty("annotations", features.annotations);
  json.member_unless_empty("potentiallyUnsafeConfigAnnotations", features.potentially_unsafe_annotations);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace corten::spec
