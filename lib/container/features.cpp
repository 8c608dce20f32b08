// SPDX-License-Identifier: Apache-2.0
#include "api/features.hpp"

#include "base/namespace_kinds.hpp"
#include "base/version.hpp"
#include "config/mount_options.hpp"
#include "config/process_tables.hpp"
#include "security/capabilities.hpp"
#include "security/seccomp.hpp"
#include "security/seccomp_tables.hpp"

namespace corten::container {
namespace {

spec::SeccompFeatures seccomp_features() {
  return {
      .actions = security::names_of(security::filter_actions),
      .operators = security::names_of(security::filter_operators),
      .archs = security::supported_architectures(),
      .known_flags = security::names_of(security::filter_flags),
      .supported_flags = security::supported_filter_flags(),
  };
}

}  // namespace

spec::Features features() {
  spec::Features features;
  features.oci_version_min = "1.0.0";
  features.oci_version_max = spec::oci_version;
  features.hooks = {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"};
  features.mount_options = security::names_of(config::mount_options);
  features.namespaces = security::names_of(namespace_kinds);
  features.capabilities = security::capability_names();
  features.cgroup_v1 = true;
  features.cgroup_v2 = true;
  features.cgroup_rdma = true;
  features.cgroup_systemd = true;
  features.cgroup_systemd_user = true;
  features.seccomp = seccomp_features();
  features.apparmor = true;
  features.selinux = true;
  features.intel_rdt = true;
  features.intel_rdt_schemata = true;
  features.intel_rdt_monitoring = true;
  features.memory_policy_modes = security::names_of(config::memory_policy_modes);
  features.memory_policy_flags = security::names_of(config::memory_policy_flags);
  features.idmapped_mounts = true;
  features.net_devices = true;
  // The names are runc's, by which engines ask for them.
  features.annotations = {
      {"io.github.seccomp.libseccomp.version", security::libseccomp_version()},
      {"org.opencontainers.runc.checkpoint.enabled", "true"},
      {"org.opencontainers.runc.commit", std::string{commit}},
      {"org.opencontainers.runc.version", std::string{version}},
  };
  features.potentially_unsafe_annotations = {"bundle", "org.systemd.property.", "org.criu.config", "run.oci."};
  return features;
}

}  // namespace corten::container
