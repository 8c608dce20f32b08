// SPDX-License-Identifier: Apache-2.0
// The plan of a container's root file system: plain values that config/ makes in the parent, and init applies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/wire.hpp"

namespace corten::rootfs {

struct IdRange {
  std::uint32_t container_id = 0, host_id = 0, size = 0;
  bool operator==(const IdRange&) const = default;
};
constexpr auto members(auto& range) requires wire::Is<decltype(range), IdRange> {
  return std::tie(range.container_id, range.host_id, range.size);
}

/// The id mapping of one mount: that of the user namespace at `userns_path`, or else these ranges.
struct MountIdMap {
  bool recursive = false;
  std::string userns_path;
  std::vector<IdRange> uids, gids;
  bool operator==(const MountIdMap&) const = default;
};
constexpr auto members(auto& map) requires wire::Is<decltype(map), MountIdMap> {
  return std::tie(map.recursive, map.userns_path, map.uids, map.gids);
}

struct MountStep {
  std::string destination;          // in the container: absolute, without "." and ".."
  std::string source, type, data;   // type is "bind" where flags has MS_BIND; a bind's source is absolute
  std::uint64_t flags = 0;          // MS_* that options switch on
  std::uint64_t cleared = 0;        // MS_* that options switch off by name ("rw", "dev"): not the same as "not said"
  std::uint64_t recursive_set = 0;  // MOUNT_ATTR_*, for every mount below too ("rro")
  std::uint64_t recursive_clear = 0;
  std::vector<std::uint64_t> propagation;  // MS_SHARED and so on, in the order of the options
  bool copy_up = false;                    // "tmpcopyup": the tmpfs starts with what the directory held
  bool copy_symlink = false;               // "copy-symlink": of a bind's source that is a link, the link
  bool source_nofollow = false;            // "src-nofollow": a bind's source that is a link is bound itself
  bool target_nofollow = false;            // "dest-nofollow": and a destination that is one is covered itself
  std::optional<MountIdMap> id_map;
  bool operator==(const MountStep&) const = default;

  [[nodiscard]] bool is_bind() const { return type == "bind"; }
};
constexpr auto members(auto& step) requires wire::Is<decltype(step), MountStep> {
  return std::tie(step.destination, step.source, step.type, step.data, step.flags, step.cleared, step.recursive_set,
                  step.recursive_clear, step.propagation, step.copy_up, step.copy_symlink, step.source_nofollow,
                  step.target_nofollow, step.id_map);
}

struct DeviceNode {
  std::string path;
  char type = 'c';  // 'c', 'b' or 'p'
  std::uint32_t major = 0, minor = 0;
  std::uint32_t mode = 0666;
  std::uint32_t uid = 0, gid = 0;
  bool operator==(const DeviceNode&) const = default;
};
constexpr auto members(auto& node) requires wire::Is<decltype(node), DeviceNode> {
  return std::tie(node.path, node.type, node.major, node.minor, node.mode, node.uid, node.gid);
}

/// One v1 hierarchy: the name of its directory ("memory", "cpu,cpuacct", "systemd"), and where the container's cgroup
/// is on the host.
struct CgroupHierarchy {
  std::string name, path;
  bool operator==(const CgroupHierarchy&) const = default;
};
constexpr auto members(auto& hierarchy) requires wire::Is<decltype(hierarchy), CgroupHierarchy> {
  return std::tie(hierarchy.name, hierarchy.path);
}

/// What a "cgroup" mount shows.
struct CgroupView {
  bool unified = false;  // the host has v2 alone
  bool own_namespace = false;
  bool rootless = false;                     // a missing cgroup is masked instead of an error
  std::vector<CgroupHierarchy> hierarchies;  // v1, each once, in the order of the host's mounts
  std::string unified_path;                  // v2: the container's cgroup on the host; empty when unknown
  std::string systemd_mount;                 // the destination of the one that shows v1's name=systemd alone
};
constexpr auto members(auto& view) requires wire::Is<decltype(view), CgroupView> {
  return std::tie(view.unified, view.own_namespace, view.rootless, view.hierarchies, view.unified_path,
                  view.systemd_mount);
}

/// How init gets into the new root.
enum class RootChange : std::uint8_t {
  pivot,   // pivot_root, the old root detached
  move,    // --no-pivot: MS_MOVE and chroot
  chroot,  // no mount namespace of its own
};

struct Plan {
  std::string root;  // absolute path on the host
  bool readonly_root = false;
  bool own_mount_namespace = true;  // new or joined; else the host's mounts keep their propagation
  bool user_namespace = false;      // device nodes are bound, for mknod is refused there
  bool privileged_parent = true;    // the parent can reach what init cannot
  RootChange root_change = RootChange::pivot;
  std::uint64_t propagation = 0;  // of every mount before the set-up; MS_SLAVE | MS_REC unless rootfsPropagation says
  bool slave_root = false;        // rootfsPropagation is (r)slave: what the host mounts below the rootfs shows inside
  std::optional<std::uint64_t> final_propagation;  // of "/" in the container
  std::vector<MountStep> mounts;
  CgroupView cgroup;
  bool set_up_dev = true;  // false where the config binds something on /dev
  std::vector<DeviceNode> devices;
  std::vector<std::pair<std::string, std::string>> sysctl;  // "net.ipv4.ip_forward" and its value
  std::vector<std::string> masked_paths, readonly_paths;
  std::string mount_label;  // as a mount option, "context=LABEL"; empty: none
  std::string cwd;          // made, where it is missing, once inside
};
constexpr auto members(auto& plan) requires wire::Is<decltype(plan), Plan> {
  return std::tie(plan.root, plan.readonly_root, plan.own_mount_namespace, plan.user_namespace, plan.privileged_parent,
                  plan.root_change, plan.propagation, plan.slave_root, plan.final_propagation, plan.mounts, plan.cgroup,
                  plan.set_up_dev, plan.devices, plan.sysctl, plan.masked_paths, plan.readonly_paths, plan.mount_label,
                  plan.cwd);
}

}  // namespace corten::rootfs
