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
      .enabled = true,
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
  auto& platform = features.platform;
  platform.namespaces = security::names_of(namespace_kinds);
  platform.capabilities = security::capability_names();
  platform.cgroup = {.v1 = true, .v2 = true, .systemd = true, .systemd_user = true, .rdma = true};
  platform.seccomp = seccomp_features();
  platform.apparmor.enabled = platform.selinux.enabled = true;
  platform.intel_rdt = {.enabled = true, .schemata = true, .monitoring = true};
  platform.memory_policy = {.modes = security::names_of(config::memory_policy_modes),
                            .flags = security::names_of(config::memory_policy_flags)};
  platform.mount_extensions.idmap.enabled = true;
  platform.net_devices.enabled = true;
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
