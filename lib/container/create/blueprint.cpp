// SPDX-License-Identifier: Apache-2.0
#include "container/create/blueprint.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <optional>

#include "base/log.hpp"
#include "base/namespace_kinds.hpp"
#include "base/text.hpp"
#include "cgroup/below.hpp"
#include "config/annotations.hpp"
#include "config/mounts.hpp"
#include "config/process.hpp"
#include "config/resources.hpp"
#include "config/sysctl.hpp"
#include "container/create/joined_maps.hpp"
#include "container/create/own_ids.hpp"
#include "container/start_ahead.hpp"
#include "container/state/saved_cgroup.hpp"
#include "container/streams/stdio.hpp"
#include "notify/ready_proxy.hpp"
#include "rootfs/source.hpp"
#include "security/labels.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"
#include "sys/user_namespace.hpp"

namespace corten::container {
namespace {

process::InitPlan plan_init(const std::string& id, const spec::Config& config, const config::NamespacePlan& namespaces,
                            const CreateOptions& options, Purpose purpose) {
  process::InitPlan init;
  init.waits_for_start = purpose == Purpose::create;
  init.debug = log::debug_enabled();
  init.new_cgroup_namespace = namespaces.makes(CLONE_NEWCGROUP);
  init.loopback = namespaces.makes(CLONE_NEWNET);
  if (!options.no_new_keyring) init.session_keyring = "_ses." + id;
  init.hostname = config.hostname;
  init.domainname = config.domainname;
  init.parent_hooks = !config.hooks.prestart.empty() || !config.hooks.create_runtime.empty() || options.functions;
  init.create_container = config::plan_hooks(config.hooks.create_container);
  init.start_container = config::plan_hooks(config.hooks.start_container);
  init.launch = config::plan_launch(*config.process);
  config::add_platform(init.launch, *config.platform);
  return init;
}

/// Whether the joined network namespace is the caller's own: its sysctls are the host's then.
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

/// Binds the proxy's directory, read-only, and names the socket to the process.
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
                            const Blueprint& blueprint) {
  spec::SavedState saved;
  saved.oci_version = spec::oci_version;  // the version that we speak, as runc
  saved.id = id;
  saved.bundle = options.bundle;
  saved.rootfs = blueprint.init.rootfs.root;
  saved.created = timestamp_now();
  saved.annotations = config.annotations;
  saved.cgroup_paths = blueprint.manager->paths();
  saved.cgroup_driver = name_of(blueprint.cgroup.driver);
  saved.cgroup_unit = blueprint.cgroup.unit_name;
  saved.rootless = blueprint.cgroup.rootless;
  if (blueprint.rdt) {
    saved.intel_rdt_path = blueprint.rdt->group.path;
    saved.intel_rdt_mon_path = blueprint.rdt->group.monitor_path;
    saved.intel_rdt_created = blueprint.rdt->group.created;
  }
  keep_limits(saved, blueprint.cgroup.resources);
  for (const auto& kind : namespace_kinds.rows) {
    if (blueprint.namespaces.makes(kind.value.flag)) saved.namespace_paths.emplace_back(kind.name, "");
  }
  for (const auto& [flag, path] : blueprint.namespaces.joined) {
    for (const auto& kind : namespace_kinds.rows) {
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

namespace {

Blueprint plan(const Settings& settings, const std::string& id, const spec::Config& config,
               const CreateOptions& options, Purpose purpose) {
  Blueprint blueprint;
  // runtime-spec: process is needed by start, and by run, which starts.
  const bool no_process = !config.process && purpose == Purpose::create;
  if (!no_process) config::check_process(config.process);
  if (!config.root) throw Error{"root must be specified"};
  blueprint.rootless = ::geteuid() != 0;
  const bool map_ids = settings.map_own_ids && blueprint.rootless && !has_id_maps(config);
  std::optional<spec::Config> completed;
  if (!config.platform || no_process || map_ids) {
    completed = config;
    if (!config.platform) completed->platform.emplace();
    if (no_process) completed->process.emplace().cwd = "/";
    if (map_ids) map_own_ids(*completed->platform);
  }
  const auto& complete = completed ? *completed : config;
  const auto& platform = *complete.platform;

  blueprint.namespaces = config::plan_namespaces(platform);
  config::check_namespaces(complete, blueprint.namespaces, blueprint.rootless);
  for (const auto& [flag, path] : blueprint.namespaces.joined) {
    if (flag == CLONE_NEWUSER) check_joined_maps(path, platform);
  }
  blueprint.uid_mappings = platform.uid_mappings;
  blueprint.gid_mappings = platform.gid_mappings;

  blueprint.cgroup = config::plan_cgroup(complete, {id, settings.cgroup_driver, rootless_cgroups(settings.rootless)});
  blueprint.init = plan_init(id, complete, blueprint.namespaces, options, purpose);
  security::check_labels(blueprint.init.launch.labels);
  const auto annotations = config::read_annotations(complete.annotations);
  blueprint.init.launch.seccomp = plan_seccomp(settings.root, platform, annotations);
  blueprint.init.launch.shows_listener = blueprint.rootless;
  blueprint.init.early_ready = purpose == Purpose::run && annotations.pidfd_receiver.empty() &&
                               execs_without_ack(options.stdio, blueprint.init.launch);
  blueprint.seccomp_agent = agent_of(platform, annotations);
  blueprint.pidfd_receiver = annotations.pidfd_receiver;
  blueprint.keep_groups = annotations.keep_groups;
  blueprint.hook_files = annotations.hook_files;
  for (const auto& device : platform.net_devices) {
    blueprint.interfaces.push_back({device.host_name, device.name.empty() ? device.host_name : device.name});
  }
  blueprint.host_settings = config::plan_host_settings(*complete.process);
  config::check_hooks(complete.hooks);
  blueprint.prestart = config::plan_hooks(complete.hooks.prestart);
  blueprint.create_runtime = config::plan_hooks(complete.hooks.create_runtime);
  blueprint.poststart = config::plan_hooks(complete.hooks.poststart);
  blueprint.functions = options.functions;

  if (platform.intel_rdt) blueprint.rdt = place_rdt(*platform.intel_rdt, id);
  if (blueprint.cgroup.driver == cgroup::Driver::systemd && cgroup::host_layout() == cgroup::Layout::unified)
    blueprint.cgroup.subgroup = annotations.subgroup;
  blueprint.cgroup.delegated = annotations.delegated;
  if (!annotations.delegated.empty()) cgroup::check_below(blueprint.cgroup);
  blueprint.manager = cgroup::make_manager(blueprint.cgroup);
  auto context = rootfs_context(blueprint.manager->paths(), options.bundle);
  context.cgroup.systemd_mount = annotations.systemd_hierarchy;
  context.no_pivot = options.no_pivot;
  context.rootless = blueprint.rootless;
  context.cgroup.rootless = blueprint.cgroup.rootless;
  blueprint.init.rootfs = config::plan_rootfs(complete, context);
  rootfs::check_root(blueprint.init.rootfs.root);
  blueprint.init.rootfs.sysctl = config::plan_sysctl(complete, joins_own_network(blueprint.namespaces));
  if (!settings.notify_socket.empty()) add_notify_socket(blueprint.init, settings.root + "/" + id);
  add_listen_fds(blueprint.init.launch.env, options.stdio);
  blueprint.saved = plan_saved(id, complete, options, blueprint);
  blueprint.saved.no_process = no_process;
  return blueprint;
}

}  // namespace

Blueprint plan_container(const Settings& settings, const std::string& id, const spec::Config& config,
                         const CreateOptions& options, Purpose purpose) {
  return with_kind(ErrorKind::invalid_config, [&] { return plan(settings, id, config, options, purpose); });
}

}  // namespace corten::container
