// SPDX-License-Identifier: Apache-2.0
#include "rootfs/cgroup_mount.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "rootfs/bind.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/filesystem.hpp"
#include "rootfs/mount_error.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

constexpr std::uint64_t hierarchy_flags = MS_NOEXEC | MS_NOSUID | MS_NODEV;

/// What a mount has for itself, and does not share with its superblock, which may be the host's.
constexpr std::uint64_t own_flags =
    hierarchy_flags | MS_RDONLY | MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME | MS_NOSYMFOLLOW;
constexpr const char* unified_root = "/sys/fs/cgroup";

MountStep bind_step(const MountStep& step, const std::string& source, const std::string& destination) {
  MountStep bind = step;
  bind.type = "bind";
  bind.source = source;
  bind.destination = destination;
  bind.flags |= MS_BIND;
  bind.data.clear();
  return bind;
}

bool is_missing(const Error& error) { return error.code() == ENOENT; }

/// Without a cgroup of its own to show, a rootless container sees an empty read-only directory there.
void mask_cgroup(const Builder& builder, const MountStep& step, const Target& target) {
  MountStep mask;
  mask.destination = step.destination;
  mask.source = mask.type = "tmpfs";
  mask.flags = MS_RDONLY;
  mask.data = "nr_blocks=1,nr_inodes=2";
  static_cast<void>(mount_filesystem(builder, mask, target, builder.plan.mount_label));
}

void apply_unified(const Builder& builder, const MountStep& step) {
  const CgroupView& view = builder.plan.cgroup;
  const Target target = find_target(builder.root(), step, sys::Create::directory);
  if (view.own_namespace) {
    MountStep fresh = step;
    fresh.type = "cgroup2";
    try {
      static_cast<void>(mount_filesystem(builder, fresh, target, ""));
      return;
    } catch (const Error& error) {
      // In a user namespace with a cgroup namespace that it does not own.
      if (error.code() != EPERM && error.code() != EBUSY) throw;
    }
  }
  // Without a namespace a new mount would show the host's whole tree, and change the host's mount options.
  const bool own_part = view.own_namespace && !view.unified_path.empty();
  MountStep bind = bind_step(step, own_part ? view.unified_path : unified_root, step.destination);
  if (!own_part) bind.propagation.push_back(MS_PRIVATE);
  try {
    mount_bind(builder, bind, open_bind_source(builder, bind, std::nullopt), target);
  } catch (const Error& error) {
    if (!view.rootless || !is_missing(error)) throw;
    mask_cgroup(builder, step, target);
  }
}

/// A v1 hierarchy in a cgroup namespace: mounted anew, which shows the namespace's root.
void mount_hierarchy(const Builder& builder, const MountStep& step, const CgroupHierarchy& hierarchy,
                     const Target& target) {
  MountStep fresh;
  fresh.destination = target.path;
  fresh.type = hierarchy.name == "unified" ? "cgroup2" : "cgroup";
  fresh.flags = hierarchy_flags | (step.flags & own_flags);
  fresh.source = "cgroup";
  if (hierarchy.name == "systemd") {
    fresh.source = "systemd";
    fresh.data = "name=systemd";
  } else if (fresh.type == "cgroup") {
    fresh.data = hierarchy.name;
  }
  static_cast<void>(mount_filesystem(builder, fresh, target, ""));
}

/// "cpu" and "cpuacct" point to "cpu,cpuacct".
void link_controllers(const UniqueFd& directory, const std::string& name) {
  if (name.find(',') == std::string::npos) return;
  for (const auto controller : split(name, ',')) {
    const std::string link{controller};
    const int result = sys::attempt([&] { return ::symlinkat(name.c_str(), directory.get(), link.c_str()); });
    if (result < 0 && result != -EEXIST) throw_errno("symlink " + link, -result);
  }
}

void make_directory(const UniqueFd& directory, const std::string& name) {
  const int made = sys::attempt([&] { return ::mkdirat(directory.get(), name.c_str(), 0755); });
  if (made < 0 && made != -EEXIST) throw_errno("mkdir " + name, -made);
}

Target open_place(const UniqueFd& directory, const Target& above, const std::string& name) {
  UniqueFd fd{sys::check(
      [&] { return "open " + name; },
      [&] { return ::openat(directory.get(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); })};
  return {std::move(fd), above.path + "/" + name, false};
}

/// A hierarchy as it is, on its name in a tmpfs of ours; nothing where it takes more than two calls.
UniqueFd bind_plainly(const UniqueFd& tmpfs, const CgroupHierarchy& hierarchy) {
  sys::Opened tree = sys::clone_mount(AT_FDCWD, hierarchy.path.c_str(), sys::Depth::recursive);
  if (!tree.ok() || sys::attach_mount_at(tree.fd.get(), tmpfs.get(), hierarchy.name.c_str()) != 0) return UniqueFd{};
  return std::move(tree.fd);
}

/// Where a rootless runtime could not make the container's cgroup, the container is in the one above it.
BindSource open_hierarchy(const Builder& builder, const MountStep& bind) {
  MountStep at = bind;
  for (;;) {
    try {
      return open_bind_source(builder, at, std::nullopt);
    } catch (const Error& error) {
      const auto slash = at.source.rfind('/');
      if (!builder.plan.cgroup.rootless || !is_missing(error) || slash == 0 || slash == std::string::npos) throw;
      at.source.resize(slash);
    }
  }
}

/// The flags of the bound hierarchies, and of the tmpfs that holds them, in one call. False before Linux 5.12.
bool set_flags_at_once(const UniqueFd& tmpfs, const MountStep& step) {
  return sys::change_attributes(tmpfs.get(), sys::Depth::recursive, exact_change(step.flags | hierarchy_flags)) == 0;
}

void set_tmpfs_readonly(const UniqueFd& tmpfs) {
  const std::string path = fd_path(tmpfs.get());
  const std::uint64_t flags = MS_BIND | MS_REMOUNT | MS_RDONLY | current_flags(tmpfs.get());
  sys::check("mount", [&] { return ::mount(nullptr, path.c_str(), nullptr, flags, nullptr); });
}

void apply_legacy(const Builder& builder, const MountStep& step, const std::vector<CgroupHierarchy>& hierarchies) {
  const CgroupView& view = builder.plan.cgroup;
  MountStep holder;
  holder.destination = step.destination;
  holder.source = holder.type = "tmpfs";
  holder.flags = hierarchy_flags | (step.flags & own_flags & ~static_cast<std::uint64_t>(MS_RDONLY));
  holder.data = "mode=755";
  holder.propagation = step.propagation;
  const Target target = find_target(builder.root(), holder, sys::Create::directory);
  const UniqueFd tmpfs = mount_filesystem(builder, holder, target, builder.plan.mount_label);

  // In a user namespace the flags of some may be locked: each is treated by itself there.
  const bool together = !view.own_namespace && !builder.plan.user_namespace && step.propagation.empty();
  std::vector<std::pair<MountStep, UniqueFd>> unset;
  for (const auto& hierarchy : hierarchies) {
    make_directory(tmpfs, hierarchy.name);
    link_controllers(tmpfs, hierarchy.name);
    MountStep bind = bind_step(step, hierarchy.path, target.path + "/" + hierarchy.name);
    bind.flags |= MS_REC;
    if (together && sys::new_mount_api()) {
      UniqueFd mount = bind_plainly(tmpfs, hierarchy);
      if (mount.valid()) {
        unset.emplace_back(std::move(bind), std::move(mount));
        continue;
      }
    }
    const Target place = open_place(tmpfs, target, hierarchy.name);
    if (view.own_namespace) {
      mount_hierarchy(builder, step, hierarchy, place);
    } else {
      mount_bind(builder, bind, open_hierarchy(builder, bind), place);
    }
  }
  if (!unset.empty() && set_flags_at_once(tmpfs, step)) return;
  for (const auto& [bind, mount] : unset) apply_attached(mount.get(), bind);
  if ((step.flags & MS_RDONLY) != 0) set_tmpfs_readonly(tmpfs);
}

}  // namespace

void apply_cgroup(const Builder& builder, const MountStep& step) {
  const CgroupView& view = builder.plan.cgroup;
  if (step.destination == view.systemd_mount) {
    with_context("annotations[\"run.oci.systemd.force_cgroup_v1\"] needs cgroup v1's name=systemd mounted on the host",
                 [&] {
                   apply_legacy(builder, step, {{"systemd", ""}});
                 });
  } else if (view.unified) {
    apply_unified(builder, step);
  } else {
    apply_legacy(builder, step, view.hierarchies);
  }
}

}  // namespace corten::rootfs
