// SPDX-License-Identifier: Apache-2.0
#include "config/mounts.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <string_view>

#include "base/log.hpp"
#include "base/path.hpp"
#include "base/text.hpp"
#include "base/unknown_name.hpp"
#include "config/annotations.hpp"
#include "config/default_devices.hpp"
#include "config/ids.hpp"
#include "config/mount_id_map.hpp"
#include "config/mount_options.hpp"
#include "config/namespaces.hpp"

namespace corten::config {
namespace {

std::string absolute(const std::string& path, const std::string& directory) {
  return path.starts_with('/') ? path : clean_path(directory + "/" + path);
}

std::string strip_root(const std::string& path, const std::string& root) {
  if (root == "/" || !(path == root || path.starts_with(root + "/"))) return path;
  return clean_path(path.substr(root.size()));
}

std::string ranges_text(const std::vector<spec::IdMapping>& ranges) {
  std::string text = "[";
  for (const auto& range : ranges) {
    if (text.size() > 1) text += ' ';
    text += "{ContainerID:" + std::to_string(range.container_id) + " HostID:" + std::to_string(range.host_id) +
            " Size:" + std::to_string(range.size) + "}";
  }
  return text + "]";
}

std::string mount_text(const spec::Mount& mount) {
  std::string text = "{Destination:" + mount.destination + " Type:" + mount.type + " Source:" + mount.source +
                     " Options:[" + join(mount.options, " ") + "] UIDMappings:" + ranges_text(mount.uid_mappings) +
                     " GIDMappings:" + ranges_text(mount.gid_mappings) + "}";
  std::ranges::replace(text, '\0', '?');  // else it would end the message
  return text;
}

rootfs::MountIdMap& id_map_of(rootfs::MountStep& step) {
  if (!step.id_map) step.id_map.emplace();
  return *step.id_map;
}

void apply_recursive(rootfs::MountStep& step, const MountOption& option) {
  if (option.clears) {
    step.recursive_clear |= option.value;
    step.recursive_set &= ~option.value;
  } else {
    step.recursive_set |= option.value;
    step.recursive_clear &= ~option.value;
  }
  // The access time settings are one field, which must be cleared to be set: mount_setattr(2). "rrelatime" is its 0.
  constexpr std::uint64_t access_time = MOUNT_ATTR__ATIME;
  if ((option.value & access_time) == option.value) step.recursive_clear |= access_time;
}

void apply_option(rootfs::MountStep& step, const MountOption& option) {
  switch (option.kind) {
    case MountOption::Kind::flag:
      if (option.clears) {
        step.flags &= ~option.value;
        step.cleared |= option.value;
      } else {
        step.flags |= option.value;
        step.cleared &= ~option.value;
      }
      return;
    case MountOption::Kind::recursive: apply_recursive(step, option); return;
    case MountOption::Kind::propagation: step.propagation.push_back(option.value); return;
    case MountOption::Kind::copy_up: step.copy_up = true; return;
    case MountOption::Kind::copy_symlink: step.copy_symlink = true; return;
    case MountOption::Kind::nofollow: (option.value != 0 ? step.source_nofollow : step.target_nofollow) = true; return;
    case MountOption::Kind::id_map: id_map_of(step).recursive = option.value != 0; return;
  }
}

/// Nothing lies below a file system that is new: what is said for it and all below it is said for it alone. Every way to
/// mount knows flags, and a read-only tmpfs or /dev becomes so only once it is filled.
void fold_recursive(rootfs::MountStep& step) {
  struct Row {
    std::uint64_t attribute, flag;
  };
  constexpr Row rows[] = {
      {MOUNT_ATTR_RDONLY, MS_RDONLY}, {MOUNT_ATTR_NOSUID, MS_NOSUID},         {MOUNT_ATTR_NODEV, MS_NODEV},
      {MOUNT_ATTR_NOEXEC, MS_NOEXEC}, {MOUNT_ATTR_NODIRATIME, MS_NODIRATIME}, {option::no_symlinks, MS_NOSYMFOLLOW},
  };
  const auto change = [&step](std::uint64_t flag, bool set) {
    step.flags = set ? step.flags | flag : step.flags & ~flag;
    step.cleared = set ? step.cleared & ~flag : step.cleared | flag;
  };
  for (const auto& row : rows) {
    if ((step.recursive_clear & row.attribute) != 0) change(row.flag, false);
    if ((step.recursive_set & row.attribute) != 0) change(row.flag, true);
  }
  if ((step.recursive_clear & MOUNT_ATTR__ATIME) != 0) {
    step.flags &= ~static_cast<std::uint64_t>(MS_NOATIME | MS_STRICTATIME | MS_RELATIME);
    const auto kind = step.recursive_set & MOUNT_ATTR__ATIME;
    change(kind == MOUNT_ATTR_NOATIME       ? MS_NOATIME
           : kind == MOUNT_ATTR_STRICTATIME ? MS_STRICTATIME
                                            : MS_RELATIME,
           true);
  }
  step.recursive_set = step.recursive_clear = 0;
}

std::vector<rootfs::IdRange> ranges_of(const std::vector<spec::IdMapping>& mappings) {
  std::vector<rootfs::IdRange> ranges;
  ranges.reserve(mappings.size());
  for (const auto& mapping : mappings) ranges.push_back({mapping.container_id, mapping.host_id, mapping.size});
  return ranges;
}

bool has_null_byte(const std::string& text) { return text.find('\0') != std::string::npos; }

const spec::Namespace* find_namespace(const spec::Config& config, std::string_view type) {
  if (!config.platform) return nullptr;
  for (const auto& space : config.platform->namespaces) {
    if (space.type == type) return &space;
  }
  return nullptr;
}

/// "idmap" without mappings of its own takes those of the container's user namespace.
void complete_id_map(rootfs::MountIdMap& map, const spec::Config& config) {
  const auto* user = find_namespace(config, "user");
  if (user == nullptr || !map.uids.empty() || !map.gids.empty()) return;
  if (!user->path.empty()) {
    map.userns_path = user->path;
    return;
  }
  map.uids = ranges_of(config.platform->uid_mappings);
  map.gids = ranges_of(config.platform->gid_mappings);
}

void check_mount(const rootfs::MountStep& step, bool rootless) {
  if (step.is_bind() && !step.data.empty()) {
    // The kernel would ignore it silently.
    throw Error{"bind mounts cannot have any filesystem-specific options applied"};
  }
  if (!step.id_map) return;
  // runc maps binds only. The kernel decides about other types, but for those that we mount in ways of their own.
  const bool special = step.type == "proc" || step.type == "sysfs" || step.type == "cgroup" || step.copy_up;
  if (!step.is_bind() && (special || (step.flags & MS_REMOUNT) != 0)) {
    throw Error{"id-mapped mounts are only supported for bind-mounts and plain file systems"};
  }
  if (rootless) throw Error{"id-mapped mounts are not supported for rootless containers"};
  if (step.id_map->userns_path.empty() && (step.id_map->uids.empty() || step.id_map->gids.empty())) {
    throw Error{"id-mapped mounts must have both uid and gid mappings specified"};
  }
}

void plan_propagation(rootfs::Plan& plan, const std::string& name, bool no_pivot) {
  plan.propagation = MS_SLAVE | MS_REC;
  if (name.empty()) return;
  const auto found = mount_options.find(name);
  if (!found || found->kind != MountOption::Kind::propagation) {
    throw Error{"linux.rootfsPropagation: rootfsPropagation=" + name + " is not supported" +
                did_you_mean(name, mount_options.rows)};
  }
  constexpr std::uint64_t set_before = MS_PRIVATE | MS_SLAVE;
  if (no_pivot && (found->value & MS_PRIVATE) != 0) {
    throw Error{"rootfsPropagation of [r]private is not safe without pivot_root"};
  }
  plan.propagation = found->value;
  plan.slave_root = (found->value & MS_SLAVE) != 0;
  if ((found->value & set_before) == 0) plan.final_propagation = found->value;
}

std::uint32_t device_number(std::int64_t number, const std::string& path) {
  if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) {
    throw Error{"device number " + std::to_string(number) + " of " + path + " is out of range"};
  }
  return static_cast<std::uint32_t>(number);
}

rootfs::DeviceNode plan_device(const spec::Device& device) {
  rootfs::DeviceNode node;
  if (device.type == "u" || device.type == "c") {
    node.type = 'c';
  } else if (device.type == "b" || device.type == "p") {
    node.type = device.type.front();
  } else {
    throw Error{"invalid device type " + quote(device.type) + " of linux.devices entry " + quote(device.path) +
                " (known are c, u, b, p)"};
  }
  node.path = device.path.empty() ? "" : clean_path(device.path);
  if (node.type != 'p') {
    node.major = device_number(device.major, device.path);
    node.minor = device_number(device.minor, device.path);
  }
  if (device.file_mode) node.mode = *device.file_mode & ~static_cast<std::uint32_t>(S_IFMT);
  node.uid = device.uid.value_or(0);
  node.gid = device.gid.value_or(0);
  return node;
}

/// run.oci.systemd.force_cgroup_v1 has put this in the place of what was to be mounted.
void show_systemd(rootfs::MountStep& step, const rootfs::CgroupView& view) {
  if (!view.own_namespace) {
    throw Error{
        "annotations[\"run.oci.systemd.force_cgroup_v1\"] needs a cgroup namespace (linux.namespaces): the container "
        "would "
        "see the host's cgroups"};
  }
  step.type = "cgroup";
  step.data.clear();
  step.flags &= ~static_cast<std::uint64_t>(MS_BIND | MS_REC);
  step.id_map.reset();
}

void plan_mounts(rootfs::Plan& plan, const spec::Config& config, const RootfsContext& context) {
  for (std::size_t i = 0; i < config.mounts.size(); ++i) {
    const auto& mount = config.mounts[i];
    with_context("invalid mount " + mount_text(mount), [&] {
      if (!mount.uid_mappings.empty()) check_id_mappings(mount.uid_mappings, fmt::format("mounts[{}].uidMappings", i));
      if (!mount.gid_mappings.empty()) check_id_mappings(mount.gid_mappings, fmt::format("mounts[{}].gidMappings", i));
      rootfs::MountStep step = plan_mount(mount, context.bundle, plan.root);
      check_owner_options(step.type, mount.options, fmt::format("mounts[{}].options", i));
      if (step.id_map) {
        for (const auto& option : mount.options)
          read_id_map(*step.id_map, option, config.platform.value_or(spec::Linux{}));
        complete_id_map(*step.id_map, config);
      }
      if (step.destination == plan.cgroup.systemd_mount) show_systemd(step, plan.cgroup);
      check_mount(step, context.rootless);
      if (step.is_bind() && step.destination == "/dev") plan.set_up_dev = false;
      plan.mounts.push_back(std::move(step));
    });
  }
  const auto& systemd = plan.cgroup.systemd_mount;
  if (!systemd.empty() && std::ranges::find(plan.mounts, systemd, &rootfs::MountStep::destination) == plan.mounts.end())
    throw Error{
        fmt::format("annotations[\"run.oci.systemd.force_cgroup_v1\"]: nothing is mounted on {}", quote(systemd))};
}

}  // namespace

rootfs::MountStep plan_mount(const spec::Mount& mount, const std::string& bundle, const std::string& root) {
  if (has_null_byte(mount.source) || has_null_byte(mount.destination) || has_null_byte(mount.type)) {
    throw Error{"mount field contains null byte"};
  }
  if (!mount.destination.starts_with('/')) {
    log::warn("mount destination " + mount.destination +
              " is not absolute. Support for non-absolute mount destinations will be removed in a future release.");
  }
  rootfs::MountStep step;
  step.destination = strip_root(clean_path(mount.destination), root);
  step.source = mount.source;
  step.type = mount.type;
  std::vector<std::string> data;
  for (const auto& name : mount.options) {
    if (const auto found = mount_options.find(name)) {
      apply_option(step, *found);
    } else if (id_map_text(name)) {
      id_map_of(step).recursive = name.front() == 'r';
    } else if (!name.empty()) {
      data.push_back(name);
    }
  }
  step.data = join(data, ",");
  if ((step.flags & MS_BIND) != 0) {
    step.type = "bind";  // whatever the document says
    step.source = absolute(mount.source, bundle);
  }
  if (!step.is_bind() && (step.flags & MS_REMOUNT) == 0) fold_recursive(step);
  if (!mount.uid_mappings.empty() || !mount.gid_mappings.empty()) {
    auto& map = id_map_of(step);
    map.uids = ranges_of(mount.uid_mappings);
    map.gids = ranges_of(mount.gid_mappings);
  }
  return step;
}

std::vector<rootfs::DeviceNode> plan_devices(const std::vector<spec::Device>& devices) {
  std::vector<rootfs::DeviceNode> named;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    check_id(devices[i].uid.value_or(0), fmt::format("linux.devices[{}].uid", i));
    check_id(devices[i].gid.value_or(0), fmt::format("linux.devices[{}].gid", i));
    auto node = plan_device(devices[i]);
    // A device without a path is there for the cgroup's rules only; /dev/ptmx is always that of /dev/pts.
    if (!node.path.empty() && node.path != "/dev/ptmx") named.push_back(std::move(node));
  }
  std::vector<rootfs::DeviceNode> nodes;
  for (const auto& [path, type, major, minor] : default_devices) {
    if (std::ranges::find(named, path, &rootfs::DeviceNode::path) != named.end()) continue;
    nodes.push_back({std::string{path}, type, major, minor});
  }
  std::ranges::move(named, std::back_inserter(nodes));
  return nodes;
}

rootfs::Plan plan_rootfs(const spec::Config& config, const RootfsContext& context) {
  if (!config.root) throw Error{"root must be specified"};
  rootfs::Plan plan;
  plan.root = clean_path(absolute(config.root->path, context.bundle));
  plan.readonly_root = config.root->readonly;
  plan.own_mount_namespace = find_namespace(config, "mount") != nullptr;
  plan.user_namespace = find_namespace(config, "user") != nullptr;
  plan.privileged_parent = !context.rootless;
  plan.root_change = !plan.own_mount_namespace ? rootfs::RootChange::chroot
                     : context.no_pivot        ? rootfs::RootChange::move
                                               : rootfs::RootChange::pivot;
  plan.cgroup = context.cgroup;
  plan.cgroup.own_namespace = find_namespace(config, "cgroup") != nullptr;
  if (config.process) plan.cwd = config.process->cwd;
  plan_mounts(plan, config, context);
  const spec::Linux platform = config.platform.value_or(spec::Linux{});
  plan_propagation(plan, platform.rootfs_propagation, context.no_pivot);
  plan.devices = plan_devices(platform.devices);
  plan.masked_paths = platform.masked_paths;
  plan.readonly_paths = platform.readonly_paths;
  if (!platform.mount_label.empty())
    plan.mount_label = read_annotations(config.annotations).mount_context + "=" + platform.mount_label;
  if (!plan.own_mount_namespace && !(plan.masked_paths.empty() && plan.readonly_paths.empty())) {
    throw Error{"unable to restrict sys entries without a private MNT namespace"};
  }
  return plan;
}

}  // namespace corten::config
