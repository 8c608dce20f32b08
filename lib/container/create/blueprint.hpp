// SPDX-License-Identifier: Apache-2.0
// Everything that is decided about a container before anything of it exists: all mistakes in the spec end here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/container.hpp"
#include "cgroup/manager.hpp"
#include "config/mounts.hpp"
#include "config/namespaces.hpp"
#include "container/rdt.hpp"
#include "container/seccomp.hpp"
#include "network/plan.hpp"
#include "process/plan.hpp"
#include "spec/saved_state.hpp"

namespace corten::container {

/// What a container is planned for.
enum class Purpose {
  create,   // its init waits for `start`
  run,      // its init executes the process once it is complete
  restore,  // CRIU makes its processes
};

struct Blueprint {
  config::NamespacePlan namespaces;
  std::vector<spec::IdMapping> uid_mappings, gid_mappings;
  cgroup::Plan cgroup;
  std::shared_ptr<cgroup::Manager> manager;
  std::optional<RdtPlacement> rdt;
  process::InitPlan init;
  process::HostSettings host_settings;
  std::vector<network::Interface> interfaces;
  std::vector<process::Hook> prestart, create_runtime, poststart;
  std::shared_ptr<const HookFunctions> functions;  // may be empty
  SeccompAgent seccomp_agent;
  std::string pidfd_receiver;  // a socket; empty: none
  bool keep_groups = false;    // the additional groups are the caller's
  process::HookFiles hook_files;
  spec::SavedState saved;  // as far as it can be known yet
  bool rootless = false;   // the caller is not root of the host
};

[[nodiscard]] Blueprint plan_container(const Settings& settings, const std::string& id, const spec::Config& config,
                                       const CreateOptions& options, Purpose purpose);

/// What the plan of a root must know of the bundle, the host, and a cgroup at `cgroups`.
[[nodiscard]] config::RootfsContext rootfs_context(const cgroup::Paths& cgroups, const std::string& bundle);

/// Whether cgroup permission errors are to be borne: --rootless, or by itself for callers that are no real root.
[[nodiscard]] bool rootless_cgroups(Rootless wanted);

/// Now, as RFC 3339 with nanoseconds, the way Go prints it: no zeros at the end.
[[nodiscard]] std::string timestamp_now();

}  // namespace corten::container
