// SPDX-License-Identifier: Apache-2.0
#include "container/checkpoint/mounts_now.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "container/checkpoint/external_mounts.hpp"
#include "rootfs/target.hpp"
#include "sys/file.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

using checkpoint::Identity;
using checkpoint::MountNow;

Identity identity_of(const struct stat& status) {
  const auto kind = static_cast<std::uint32_t>(status.st_mode & S_IFMT);
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) return {kind, status.st_rdev, 0};
  return {kind, status.st_dev, status.st_ino};
}

std::optional<Identity> identity_of_source(const std::string& path) {
  // A mask is some null device, not always the one of the host's /dev.
  if (path == mask_source) return Identity{S_IFCHR, makedev(1, 3), 0};
  struct stat status {};
  if (sys::attempt([&] { return ::stat(path.c_str(), &status); }) < 0) return std::nullopt;
  return identity_of(status);
}

/// The id of the mount that `fd` is on, as mountinfo has it. (statx(2) tells it from Linux 5.8 on only.)
std::uint64_t mount_id_of(const UniqueFd& fd) {
  constexpr std::string_view key = "mnt_id:";
  const auto text = sys::read_file(fmt::format("/proc/self/fdinfo/{}", fd.get()));
  for (const auto line : split(text, '\n')) {
    if (!line.starts_with(key)) continue;
    if (const auto id = parse_number<std::uint64_t>(trim(line.substr(key.size())))) return *id;
  }
  throw Error{"the kernel does not tell which mount a descriptor is on"};
}

struct Place {
  std::string path;
  const MountNow* mount = nullptr;  // that it is on
  bool directory = false;

  [[nodiscard]] bool is_mount_point() const { return mount != nullptr && mount->point == path; }
};

/// The mounts of a process, and what is seen on them.
class MountTable {
 public:
  explicit MountTable(pid_t pid)
      : root_{sys::open_at(AT_FDCWD, fmt::format("/proc/{}/root", pid), O_PATH | O_DIRECTORY)},
        mounts_{checkpoint::parse_mountinfo(sys::read_file(fmt::format("/proc/{}/mountinfo", pid)))} {
    for (auto& mount : mounts_) look_at(mount);
  }

  [[nodiscard]] const std::vector<MountNow>& mounts() const { return mounts_; }

  [[nodiscard]] std::optional<Place> find(const std::string& path) const {
    const auto opened = sys::try_open_in_root(root_.get(), path, O_PATH);
    if (!opened.ok()) return std::nullopt;
    struct stat status {};
    sys::check("fstat", [&] { return ::fstat(opened.fd.get(), &status); });
    const auto mount = std::ranges::find(mounts_, mount_id_of(opened.fd), &MountNow::id);
    return Place{rootfs::path_of(opened.fd.get()), mount == mounts_.end() ? nullptr : &*mount, S_ISDIR(status.st_mode)};
  }

 private:
  void look_at(MountNow& mount) const {
    const auto opened = sys::try_open_in_root(root_.get(), mount.point, O_PATH, sys::Symlinks::refuse);
    struct stat status {};
    if (!opened.ok() || mount_id_of(opened.fd) != mount.id) return;
    if (::fstat(opened.fd.get(), &status) == 0) mount.shows = identity_of(status);
  }

  UniqueFd root_;
  std::vector<MountNow> mounts_;
};

/// One of several on the same mount point will do: the container may have put its own on top.
void check_file_system(const MountTable& table, const std::string& destination, std::uint64_t flags) {
  const auto place = table.find(destination);
  if (!place || !place->is_mount_point()) return;
  const auto fits = [&](const MountNow& mount) { return mount.point == place->path && (flags & ~mount.flags) == 0; };
  if (std::ranges::none_of(table.mounts(), fits)) checkpoint::check_flags(*place->mount, flags);
}

/// A path that is to be read-only. One that is no mount point may have come up since: the files of /proc hang on what the
/// kernel has loaded.
void check_readonly(const MountTable& table, const std::string& path) {
  const auto place = table.find(path);
  if (!place || place->mount == nullptr) return;
  if (place->is_mount_point()) {
    checkpoint::check_flags(*place->mount, MS_RDONLY);
  } else if ((place->mount->flags & MS_RDONLY) == 0) {
    log::warn(fmt::format("{} is not read-only: it was not there when the container was made", quote(path)));
  }
}

void check_inside(const MountTable& table, const rootfs::Plan& plan) {
  if (plan.readonly_root) check_file_system(table, "/", MS_RDONLY);
  for (std::size_t index = 0; index < plan.mounts.size(); ++index) {
    const auto& step = plan.mounts[index];
    if (step.is_bind() || step.type == "cgroup" || (step.flags & MS_REMOUNT) != 0) continue;
    if (const auto flags = final_flags(plan, index); flags != 0) check_file_system(table, step.destination, flags);
  }
  for (const auto& path : plan.readonly_paths) check_readonly(table, path);
  for (const auto& path : plan.masked_paths) {
    if (const auto place = table.find(path); place && place->directory) check_readonly(table, path);
  }
}

}  // namespace

std::vector<checkpoint::FoundMount> check_mounts(pid_t pid, const rootfs::Plan& plan,
                                                 std::vector<checkpoint::ExternalMount> external) {
  const MountTable table{pid};
  std::vector<checkpoint::WantedMount> wanted;
  for (auto& mount : external) {
    checkpoint::WantedMount want{std::move(mount), std::nullopt, std::nullopt};
    want.shows = identity_of_source(want.mount.source);
    if (const auto place = table.find(want.mount.destination); place && place->is_mount_point()) {
      if (want.mount.source == mask_source && place->directory) continue;  // masked with a tmpfs
      want.here = place->mount->id;
    }
    wanted.push_back(std::move(want));
  }
  auto found = checkpoint::match_mounts(wanted, table.mounts());
  checkpoint::check_readonly_everywhere(found, table.mounts());
  check_inside(table, plan);
  return found;
}

void check_mounts_unchanged(pid_t pid, const std::vector<checkpoint::FoundMount>& found) {
  checkpoint::check_unchanged(found,
                              checkpoint::parse_mountinfo(sys::read_file(fmt::format("/proc/{}/mountinfo", pid))));
}

void check_other_namespaces(const std::vector<pid_t>& processes, const std::vector<checkpoint::FoundMount>& found) {
  std::set<ino_t> seen;
  for (const pid_t pid : processes) {
    struct stat status {};
    if (::stat(fmt::format("/proc/{}/ns/mnt", pid).c_str(), &status) != 0 || !seen.insert(status.st_ino).second)
      continue;
    const auto text = sys::read_file_if_exists(AT_FDCWD, fmt::format("/proc/{}/mountinfo", pid));
    if (text) checkpoint::check_readonly_everywhere(found, checkpoint::parse_mountinfo(*text));
  }
}

}  // namespace corten::container
