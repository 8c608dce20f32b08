// SPDX-License-Identifier: Apache-2.0
#include "container/checkpoint/external_mounts.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/path.hpp"
#include "base/text.hpp"
#include "notify/ready_proxy.hpp"
#include "process/forked.hpp"
#include "rootfs/prepare.hpp"
#include "rootfs/target.hpp"
#include "sys/file.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

/// MOUNT_ATTR_* as MS_*.
std::uint64_t limiting_flags_of(std::uint64_t attributes) {
  static_assert(MOUNT_ATTR_RDONLY == MS_RDONLY && MOUNT_ATTR_NOSUID == MS_NOSUID && MOUNT_ATTR_NODEV == MS_NODEV &&
                MOUNT_ATTR_NOEXEC == MS_NOEXEC);
  std::uint64_t flags = attributes & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
  if ((attributes & MOUNT_ATTR_NOSYMFOLLOW) != 0) flags |= MS_NOSYMFOLLOW;
  return flags;
}

void add_hierarchies(std::vector<checkpoint::ExternalMount>& mounts, const rootfs::Plan& plan,
                     const rootfs::MountStep& step) {
  // Real mounts of their own, which CRIU knows how to make.
  if (plan.cgroup.unified || plan.cgroup.own_namespace) return;
  for (const auto& hierarchy : plan.cgroup.hierarchies) {
    mounts.push_back(
        {step.destination + "/" + hierarchy.name, hierarchy.path, step.flags & checkpoint::limiting_flags});
  }
}

}  // namespace

std::uint64_t final_flags(const rootfs::Plan& plan, std::size_t index) {
  const auto& first = plan.mounts[index];
  std::uint64_t flags = 0;
  for (std::size_t i = index; i < plan.mounts.size(); ++i) {
    const auto& step = plan.mounts[i];
    const bool again = (step.flags & MS_REMOUNT) != 0 && step.destination == first.destination;
    if (i != index && !again) continue;
    // A remount that names no flags changes none.
    const auto said = step.flags & ~static_cast<std::uint64_t>(MS_BIND | MS_REC | MS_REMOUNT);
    if (i == index || said != 0 || step.cleared != 0) flags = step.flags & checkpoint::limiting_flags;
    flags = (flags & ~limiting_flags_of(step.recursive_clear)) | limiting_flags_of(step.recursive_set);
  }
  return flags;
}

std::vector<checkpoint::ExternalMount> external_mounts(const rootfs::Plan& plan,
                                                       const std::optional<std::string>& mapped) {
  std::vector<checkpoint::ExternalMount> mounts;
  for (std::size_t index = 0; index < plan.mounts.size(); ++index) {
    const auto& step = plan.mounts[index];
    if (step.type == "cgroup") add_hierarchies(mounts, plan, step);
    if (!step.is_bind() && step.id_map) {
      throw Error{
          fmt::format("the mount on {} is id-mapped and no bind, which CRIU does not bring back", step.destination)};
    }
    if (!step.is_bind() || (step.flags & MS_REMOUNT) != 0) continue;
    struct stat status {};
    if (step.copy_symlink && ::lstat(step.source.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) continue;
    const bool staged = mapped && step.id_map;
    mounts.push_back(
        {step.destination, staged ? fmt::format("{}/{}", *mapped, index) : step.source, final_flags(plan, index)});
  }
  for (const auto& device : plan.devices) mounts.push_back({device.path, device.path});
  for (const auto& path : plan.masked_paths) mounts.push_back({clean_path(path), std::string{mask_source}});
  return mounts;
}

checkpoint::ExternalMount notify_mount(const std::string& state_directory) {
  return {notify::container_directory, state_directory + "/" + notify::host_directory_name,
          MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC};
}

std::vector<checkpoint::SavedMount> place_mounts(const std::string& root,
                                                 const std::vector<checkpoint::ExternalMount>& mounts) {
  const auto top = sys::open_at(AT_FDCWD, root, O_PATH | O_DIRECTORY);
  const auto top_path = rootfs::path_of(top.get());
  std::vector<checkpoint::SavedMount> placed;
  for (const auto& mount : mounts) {
    auto path = mount.destination;
    if (const auto place = sys::try_open_in_root(top.get(), path, O_PATH); place.ok()) {
      path = rootfs::path_of(place.fd.get());
      if (path.starts_with(top_path + "/")) path.erase(0, top_path.size());
    }
    placed.push_back({mount.destination, std::move(path)});
  }
  return placed;
}

void make_mount_points(rootfs::Plan plan, const std::vector<checkpoint::SavedMount>& saved) {
  if (!plan.own_mount_namespace) return;
  std::erase_if(plan.mounts, [](const auto& step) { return step.type == "cgroup"; });
  for (auto& step : plan.mounts) {
    step.id_map.reset();
    step.copy_up = false;
  }
  process::run_in_fork([&] {
    sys::check("unshare of the mount namespace", [] { return ::unshare(CLONE_NEWNS); });
    const auto state = rootfs::prepare(plan, {});
    for (const auto& mount : saved) {
      const auto place = sys::try_open_in_root(state.root.get(), mount.mountpoint, O_PATH, sys::Symlinks::refuse);
      if (place.error != ELOOP) continue;
      throw Error{fmt::format("the mount point {} is reached through a symlink now", quote(mount.mountpoint))};
    }
  });
}

}  // namespace corten::container
