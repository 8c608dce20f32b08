// SPDX-License-Identifier: Apache-2.0
// What this build of the library supports (runtime-spec: features.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <corten/fields.hpp>

namespace corten::spec {

struct Enabled {
  bool enabled = false;
};

struct CgroupFeatures {
  bool v1 = false, v2 = false, systemd = false, systemd_user = false, rdma = false;
};

struct SeccompFeatures {
  bool enabled = false;
  std::vector<std::string> actions = {}, operators = {}, archs = {}, known_flags = {}, supported_flags = {};
};

struct IntelRdtFeatures {
  bool enabled = false, schemata = false, monitoring = false;
};

struct MemoryPolicyFeatures {
  std::vector<std::string> modes = {}, flags = {};
};

struct MountExtensions {
  Enabled idmap = {};
};

struct LinuxFeatures {
  std::vector<std::string> namespaces = {}, capabilities = {};
  CgroupFeatures cgroup = {};
  std::optional<SeccompFeatures> seccomp = {};  // not set: built without
  Enabled apparmor = {}, selinux = {};
  IntelRdtFeatures intel_rdt = {};
  MemoryPolicyFeatures memory_policy = {};
  MountExtensions mount_extensions = {};
  Enabled net_devices = {};
};

struct Features {
  std::string oci_version_min = {}, oci_version_max = {};
  std::vector<std::string> hooks = {}, mount_options = {};
  LinuxFeatures platform = {};  // the "linux" object
  StringMap annotations = {};
  std::vector<std::string> potentially_unsafe_annotations = {};
};

template <class V, Same<Enabled> T>
void fields(V&& visit, T& x) {
  visit("enabled", x.enabled);
}

template <class V, Same<CgroupFeatures> T>
void fields(V&& visit, T& x) {
  visit("v1", x.v1);
  visit("v2", x.v2);
  visit("systemd", x.systemd);
  visit("systemdUser", x.systemd_user);
  visit("rdma", x.rdma);
}

template <class V, Same<SeccompFeatures> T>
void fields(V&& visit, T& x) {
  visit("enabled", x.enabled);
  visit("actions", x.actions);
  visit("operators", x.operators);
  visit("archs", x.archs);
  visit("knownFlags", x.known_flags);
  visit("supportedFlags", x.supported_flags);
}

template <class V, Same<IntelRdtFeatures> T>
void fields(V&& visit, T& x) {
  visit("enabled", x.enabled);
  visit("schemata", x.schemata);
  visit("monitoring", x.monitoring);
}

template <class V, Same<MemoryPolicyFeatures> T>
void fields(V&& visit, T& x) {
  visit("modes", x.modes);
  visit("flags", x.flags);
}

template <class V, Same<MountExtensions> T>
void fields(V&& visit, T& x) {
  visit("idmap", x.idmap);
}

template <class V, Same<LinuxFeatures> T>
void fields(V&& visit, T& x) {
  visit("namespaces", x.namespaces);
  visit("capabilities", x.capabilities);
  visit("cgroup", x.cgroup);
  visit("seccomp", x.seccomp);
  visit("apparmor", x.apparmor);
  visit("selinux", x.selinux);
  visit("intelRdt", x.intel_rdt);
  visit("memoryPolicy", x.memory_policy);
  visit("mountExtensions", x.mount_extensions);
  visit("netDevices", x.net_devices);
}

template <class V, Same<Features> T>
void fields(V&& visit, T& x) {
  visit("ociVersionMin", x.oci_version_min);
  visit("ociVersionMax", x.oci_version_max);
  visit("hooks", x.hooks);
  visit("mountOptions", x.mount_options);
  visit("linux", x.platform);
  visit("annotations", x.annotations);
  visit("potentiallyUnsafeConfigAnnotations", x.potentially_unsafe_annotations);
}

}  // namespace corten::spec
