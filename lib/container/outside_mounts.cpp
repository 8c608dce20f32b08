// SPDX-License-Identifier: Apache-2.0
#include "container/outside_mounts.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/path.hpp"
#include "base/text.hpp"
#include "process/forked.hpp"
#include "rootfs/rootfs.hpp"
#include "rootfs/target.hpp"
#include "sys/file.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

constexpr std::string_view mask_source = "/dev/null";

bool is_directory(const UniqueFd& fd) {
  struct stat status {};
  sys::check("fstat", [&] { return ::fstat(fd.get(), &status); });
  return S_ISDIR(status.st_mode);
}

void add_hierarchies(std::vector<checkpoint::OutsideMount>& mounts, const rootfs::Plan& plan,
                     const rootfs::MountStep& step) {
  // Real mounts of their own, which CRIU knows how to make.
  if (plan.cgroup.unified || plan.cgroup.own_namespace) return;
  for (const auto& hierarchy : plan.cgroup.hierarchies) {
    mounts.push_back({step.destination + "/" + hierarchy.name, hierarchy.path});
  }
}

}  // namespace

std::vector<checkpoint::OutsideMount> outside_mounts(const rootfs::Plan& plan, const std::string& mapped) {
  std::vector<checkpoint::OutsideMount> mounts;
  for (std::size_t index = 0; index < plan.mounts.size(); ++index) {
    const auto& step = plan.mounts[index];
    if (step.type == "cgroup") add_hierarchies(mounts, plan, step);
    if (!step.is_bind() && step.id_map) {
      throw Error{
          fmt::format("the mount on {} is id-mapped and no bind, which CRIU does not bring back", step.destination)};
    }
    if (!step.is_bind() || (step.flags & MS_REMOUNT) != 0) continue;
    mounts.push_back({step.destination, step.id_map ? fmt::format("{}/{}", mapped, index) : step.source});
  }
  for (const auto& device : plan.devices) mounts.push_back({device.path, device.path});
  for (const auto& path : plan.masked_paths) mounts.push_back({clean_path(path), std::string{mask_source}});
  return mounts;
}

std::vector<checkpoint::SavedMount> find_mounts(pid_t pid, const std::vector<checkpoint::OutsideMount>& mounts) {
  const auto root = sys::open_at(AT_FDCWD, fmt::format("/proc/{}/root", pid), O_PATH | O_DIRECTORY);
  const auto points = checkpoint::mount_points(sys::read_file(fmt::format("/proc/{}/mountinfo", pid)));
  std::vector<checkpoint::SavedMount> found;
  for (const auto& mount : mounts) {
    const auto place = sys::try_open_in_root(root.get(), mount.destination, O_PATH);
    if (!place.ok()) continue;
    auto path = rootfs::path_of(place.fd.get());
    if (std::ranges::find(points, path) == points.end()) continue;
    if (mount.source == mask_source && is_directory(place.fd)) continue;  // masked with a tmpfs
    std::erase_if(found, [&](const auto& covered) { return covered.mountpoint == path; });
    found.push_back({mount.destination, std::move(path)});
  }
  return found;
}

std::vector<checkpoint::SavedMount> place_mounts(const std::string& root,
                                                 const std::vector<checkpoint::OutsideMount>& mounts) {
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
  process::run_apart([&] {
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
