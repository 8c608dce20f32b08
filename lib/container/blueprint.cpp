// SPDX-License-Identifier: Apache-2.0
#include "container/blueprint.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <optional>

#include "base/log.hpp"
#include "base/text.hpp"
#include "config/mounts.hpp"
#include "config/process.hpp"
#include "config/resources.hpp"
#include "config/sysctl.hpp"
#include "container/data.hpp"
#include "container/joined_maps.hpp"
#include "notify/ready_proxy.hpp"
#include "rootfs/rootfs.hpp"
#include "security/labels.hpp"
#include "sys/file.hpp"
#include "sys/namespaces.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

process::InitPlan plan_init(const std::string& id, const spec::Config& config, const config::NamespacePlan& namespaces,
                            const CreateOptions& options) {
  process::InitPlan init;
  init.debug = log::debug_enabled();
  init.new_cgroup_namespace = namespaces.makes(CLONE_NEWCGROUP);
  init.loopback = namespaces.makes(CLONE_NEWNET);
  if (!options.no_new_keyring) init.session_keyring = "_ses." + id;
  init.hostname = config.hostname;
  init.domainname = config.domainname;
  init.parent_hooks = !config.hooks.prestart.empty() || !config.hooks.create_runtime.empty();
  init.create_container = config::plan_hooks(config.hooks.create_container);
  init.start_container = config::plan_hooks(config.hooks.start_container);
  init.launch = config::plan_launch(*config.process);
  config::add_platform(init.launch, *config.platform);
  return init;
}

/// A network namespace may be joined that is the caller's own: then its sysctls are the host's.
bool joins_own_network(const config::NamespacePlan& namespaces) {
  for (const auto& [flag, path] : namespaces.joined) {
    if (flag != CLONE_NEWNET) continue;
    struct stat joined {};
    struct stat own {};
    const char* const name = path.c_str();
    sys::check([&] { return fmt::format("invalid netns path: stat {}", name); }, [&] { return ::stat(name, &joined); });
    sys::check("stat /proc/self/ns/net", [&] { return ::stat("/proc/self/ns/net", &own); });
    return joined.st_dev == own.st_dev && joined.st_ino == own.st_ino;
  }
  return false;
}

/// The proxy's directory, read-only, and its name for the process.
void add_notify_socket(process::InitPlan& init, const std::string& state_directory) {
  rootfs::MountStep step;
  step.destination = notify::container_directory;
  step.source = state_directory + "/" + notify::host_directory_name;
  step.type = "bind";
  step.flags = MS_BIND | MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY;
  init.rootfs.mounts.push_back(std::move(step));
  init.launch.env.push_back(fmt::format("NOTIFY_SOCKET={}", notify::container_socket));
}

spec::SavedState plan_saved(const std::string& id, const spec::Config& config, const CreateOptions& options,
                            const Blueprint& drawn) {
  spec::SavedState saved;
  saved.oci_version = spec::oci_version;  // the version that we speak, as runc
  saved.id = id;
  saved.bundle = options.bundle;
  saved.rootfs = drawn.init.rootfs.root;
  saved.created = timestamp_now();
  saved.annotations = config.annotations;
  saved.cgroup_paths = drawn.manager->paths();
  saved.cgroup_driver = name_of(drawn.cgroup.driver);
  saved.cgroup_unit = drawn.cgroup.unit_name;
  saved.rootless = drawn.cgroup.rootless;
  if (drawn.rdt) {
    saved.intel_rdt_path = drawn.rdt->group.path;
    saved.intel_rdt_mon_path = drawn.rdt->group.monitor_path;
    saved.intel_rdt_created = drawn.rdt->group.created;
  }
  keep_limits(saved, drawn.cgroup.resources);
  for (const auto& kind : sys::namespace_kinds.rows) {
    if (drawn.namespaces.makes(kind.value.flag)) saved.namespace_paths.emplace_back(kind.name, "");
  }
  for (const auto& [flag, path] : drawn.namespaces.joined) {
    for (const auto& kind : sys::namespace_kinds.rows) {
      if (kind.value.flag == flag) saved.namespace_paths.emplace_back(kind.name, path);
    }
  }
  saved.poststart = config.hooks.poststart;
  saved.poststop = config.hooks.poststop;
  saved.no_new_keyring = options.no_new_keyring;
  return saved;
}

}  // namespace

config::RootfsContext rootfs_context(const cgroup::Paths& cgroups, const std::string& bundle) {
  config::RootfsContext context;
  context.bundle = bundle;
  context.cgroup.unified = cgroup::host_layout() == cgroup::Layout::unified;
  for (const auto& mount : cgroup::hierarchy_mounts(cgroups)) {
    context.cgroup.hierarchies.push_back({mount.name, mount.source});
  }
  for (const auto& [controller, path] : cgroups) {
    if (controller.empty()) context.cgroup.unified_path = path;
  }
  return context;
}

bool rootless_cgroups(Rootless wanted) {
  if (wanted != Rootless::automatic) return wanted == Rootless::yes;
  return ::geteuid() != 0 || sys::in_user_namespace();
}

std::string timestamp_now() {
  std::timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  auto text = fmt::format("{}.{:09}", utc_time(now.tv_sec), now.tv_nsec);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "Z";
}

Blueprint draw(const Settings& settings, const std::string& id, const spec::Config& config,
               const CreateOptions& options) {
  Blueprint drawn;
  config::check_process(config.process);
  if (!config.root) throw Error{"root must be specified"};
  std::optional<spec::Config> completed;
  if (!config.platform) {
    completed = config;
    completed->platform.emplace();
  }
  const auto& complete = completed ? *completed : config;
  const auto& platform = *complete.platform;

  drawn.rootless = ::geteuid() != 0;
  drawn.namespaces = config::plan_namespaces(platform);
  config::check_namespaces(complete, drawn.namespaces, drawn.rootless);
  for (const auto& [flag, path] : drawn.namespaces.joined) {
    if (flag == CLONE_NEWUSER) check_joined_maps(path, platform);
  }
  drawn.uid_mappings = platform.uid_mappings;
  drawn.gid_mappings = platform.gid_mappings;

  drawn.cgroup = config::plan_cgroup(complete, {id, settings.cgroup_driver, rootless_cgroups(settings.rootless)});
  drawn.init = plan_init(id, complete, drawn.namespaces, options);
  security::check_labels(drawn.init.launch.labels);
  drawn.init.launch.seccomp = plan_seccomp(settings.root, platform, complete.annotations);
  drawn.init.launch.shows_listener = drawn.rootless;
  drawn.seccomp_agent = agent_of(platform);
  for (const auto& device : platform.net_devices) {
    drawn.interfaces.push_back({device.host_name, device.name.empty() ? device.host_name : device.name});
  }
  drawn.outside = config::plan_outside(*complete.process);
  config::check_hooks(complete.hooks);
  drawn.prestart = config::plan_hooks(complete.hooks.prestart);
  drawn.create_runtime = config::plan_hooks(complete.hooks.create_runtime);
  drawn.poststart = config::plan_hooks(complete.hooks.poststart);

  if (platform.intel_rdt) drawn.rdt = place_rdt(*platform.intel_rdt, id);
  drawn.manager = cgroup::make_manager(drawn.cgroup);
  auto context = rootfs_context(drawn.manager->paths(), options.bundle);
  context.no_pivot = options.no_pivot;
  context.rootless = drawn.rootless;
  context.cgroup.rootless = drawn.cgroup.rootless;
  drawn.init.rootfs = config::plan_rootfs(complete, context);
  rootfs::check_root(drawn.init.rootfs.root);
  drawn.init.rootfs.sysctl = config::plan_sysctl(complete, joins_own_network(drawn.namespaces));
  if (notify::ReadyProxy::from_environment()) add_notify_socket(drawn.init, settings.root + "/" + id);
  drawn.saved = plan_saved(id, complete, options, drawn);
  return drawn;
}

}  // namespace corten::container
