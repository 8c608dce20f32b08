// SPDX-License-Identifier: Apache-2.0
// What the `features` command prints (runtime-spec: features.md). The values come from the tables of those who
// implement them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spec/config.hpp"

namespace corten::spec {

struct SeccompFeatures {
  std::vector<std::string> actions, operators, archs, known_flags, supported_flags;
};

struct Features {
  std::string oci_version_min, oci_version_max;
  std::vector<std::string> hooks, mount_options, namespaces, capabilities;
  bool cgroup_v1 = false, cgroup_v2 = false, cgroup_systemd = false, cgroup_systemd_user = false, cgroup_rdma = false;
  std::optional<SeccompFeatures> seccomp;  // absent: built without
  bool apparmor = false, selinux = false;
  bool intel_rdt = false, intel_rdt_schemata = false, intel_rdt_monitoring = false;
  std::vector<std::string> memory_policy_modes, memory_policy_flags;
  bool idmapped_mounts = false, net_devices = false;
  StringMap annotations;
  std::vector<std::string> potentially_unsafe_annotations;
};

/// Four-space indent and a newline at the end, in runc's key order; lists in the order given, annotations sorted.
[[nodiscard]] std::string features_json(const Features& features);

}  // namespace corten::spec
