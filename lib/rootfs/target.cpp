// SPDX-License-Identifier: Apache-2.0
#include "rootfs/target.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <string_view>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/path.hpp"
#include "base/text.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

constexpr ino_t proc_root_inode = 1;

/// Files of /proc that lxcfs and similar programs may cover.
constexpr std::string_view coverable[] = {
    "/proc/cpuinfo",
    "/proc/diskstats",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/swaps",
    "/proc/uptime",
    "/proc/loadavg",
    "/proc/slabinfo",
    "/proc/sys/kernel/ns_last_pid",
    "/proc/sys/crypto/fips_enabled",
};

bool binds_a_procfs(const std::string& path, const MountStep& step, int source) {
  struct statfs filesystem {};
  if (::fstatfs(source, &filesystem) != 0 || filesystem.f_type != PROC_SUPER_MAGIC) return false;
  struct stat status {};
  if (::fstat(source, &status) != 0 || status.st_ino != proc_root_inode) {
    log::warn("bind-mount " + path + " (source " + step.source + ") is of type procfs but is not the root of a procfs");
  }
  return true;
}

/// The path that `fd`, found inside `root`, has there.
std::string path_in_root(int root, int fd) {
  const std::string top = path_of(root);
  std::string path = path_of(fd);
  if (top == "/") return path;
  if (path == top) return "/";
  if (!path.starts_with(top + "/")) {
    throw Error{"mountpoint " + quote(path) + " is outside of rootfs " + quote(top)};
  }
  return path.substr(top.size());
}

void check_target(int root, const Target& target, const MountStep& step, int source) {
  if (target.path == "/") {
    throw Error{"mountpoint " + quote(step.destination) + " is on the top of rootfs " + quote(path_of(root))};
  }
  check_proc_mount(target.path, step, source);
}

}  // namespace

std::string fd_path(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

std::string path_of(int fd) {
  std::array<char, PATH_MAX> text{};
  const std::string link = fd_path(fd);
  const auto size = sys::check([&] { return "readlink " + link; },
                               [&] { return ::readlink(link.c_str(), text.data(), text.size()); });
  return {text.data(), static_cast<std::size_t>(size)};
}

/// Nothing but a procfs may be mounted on /proc, and nothing in it, for what we write there must reach the kernel
/// (CVE-2019-16884). `path` has no symlink left in it.
void check_proc_mount(const std::string& path, const MountStep& step, int source) {
  if (path == "/proc") {
    if (step.type == "proc" || (step.is_bind() && binds_a_procfs(path, step, source))) return;
    throw Error{quote(path) + " cannot be mounted because it is not of type proc"};
  }
  if (!path.starts_with("/proc/") || std::ranges::find(coverable, path) != std::end(coverable)) return;
  throw Error{quote(path) + " cannot be mounted because it is inside /proc"};
}

Target find_target(int root, const MountStep& step, sys::Create kind, int source) {
  const std::string& path = step.destination;
  return with_context("create mountpoint for " + path + " mount", [&] {
    // A path that has no symlink is what it says. Only one that has is worth the question to /proc.
    const int flags = step.target_nofollow ? O_PATH | O_NOFOLLOW : O_PATH;
    sys::Opened opened = sys::try_open_in_root(root, path, flags, sys::Symlinks::refuse);
    bool plain = opened.ok();
    if (opened.error == ELOOP) opened = sys::try_open_in_root(root, path, flags);
    const bool existed = opened.ok();
    if (opened.error == ENOENT && (step.flags & MS_REMOUNT) != 0) {
      throw Error{"nothing is mounted on " + path + " that could be remounted", ENOENT};
    }
    if (opened.error == ENOENT) {
      opened = sys::create_in_root(root, path, kind);
      if (!opened.ok()) throw_errno("make mountpoint " + quote(path), opened.error);
      plain = !opened.through_symlink;
    }
    if (!opened.ok()) throw_errno("lookup mountpoint target", opened.error);
    const int fd = opened.fd.get();
    Target target{std::move(opened.fd), plain ? clean_path(path) : path_in_root(root, fd), existed};
    check_target(root, target, step, source);
    return target;
  });
}

Target find_plain_target(int root, const MountStep& step) {
  const auto refuse = [&]() -> void {
    throw Error{"filesystem " + quote(step.type) + " must be mounted on ordinary directory"};
  };
  const std::string& path = step.destination;
  check_proc_mount(path, step, -1);
  sys::Opened opened = sys::try_open_in_root(root, path, O_PATH, sys::Symlinks::refuse);
  if (opened.ok()) {
    struct stat status {};
    sys::check("fstat", [&] { return ::fstat(opened.fd.get(), &status); });
    if (!S_ISDIR(status.st_mode)) refuse();
    return {std::move(opened.fd), path, true};
  }
  if (opened.error != ENOENT && opened.error != ELOOP) throw_errno("open " + path, opened.error);
  // Links on the way are fine, as long as the directory itself is none.
  const sys::Parent parent = sys::create_parent_in_root(root, path);
  const int made = sys::attempt([&] { return ::mkdirat(parent.directory.get(), parent.name.c_str(), 0755); });
  if (made < 0 && made != -EEXIST) throw_errno("mkdir " + path, -made);
  const int fd = sys::attempt([&] {
    return ::openat(parent.directory.get(), parent.name.c_str(), O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
  });
  if (fd == -ENOTDIR || fd == -ELOOP) refuse();
  if (fd < 0) throw_errno("open " + path, -fd);
  Target target{UniqueFd{fd}, "", made == -EEXIST};
  target.path = opened.error == ENOENT ? path : path_in_root(root, fd);
  check_target(root, target, step, -1);
  return target;
}

}  // namespace corten::rootfs
