// SPDX-License-Identifier: Apache-2.0
#include "rootfs/console.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <string>

#include "base/error.hpp"
#include "rootfs/late_mount.hpp"
#include "rootfs/mount_error.hpp"
#include "rootfs/state.hpp"
#include "sys/mount_api.hpp"
#include "sys/open_in_root.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

constexpr ino_t ptmx_inode = 2;  // as the kernel's devpts makes it

void check_devpts(int fd) {
  struct statfs filesystem {};
  sys::check("fstatfs", [&] { return ::fstatfs(fd, &filesystem); });
  if (filesystem.f_type != DEVPTS_SUPER_MAGIC) throw Error{"verify ptmx handle: it is not on a real devpts mount"};
}

void check_ptmx(int fd) {
  check_devpts(fd);
  struct stat status {};
  sys::check("fstat", [&] { return ::fstat(fd, &status); });
  if (status.st_ino != ptmx_inode || !S_ISCHR(status.st_mode) || status.st_rdev != makedev(5, 2)) {
    throw Error{"verify ptmx handle: it is not a real ptmx device"};
  }
}

UniqueFd open_ptmx_of(const UniqueFd& pts, int flags) {
  UniqueFd ptmx{
      sys::check("open /dev/pts/ptmx", [&] { return ::openat(pts.get(), "ptmx", flags | O_NOFOLLOW | O_CLOEXEC); })};
  check_ptmx(ptmx.get());
  return ptmx;
}

/// An empty file or what is there already; a symlink is refused (CVE-2026-88264 made a file on the host).
UniqueFd open_console(int dev) {
  const auto open = [&](int flags) {
    return sys::attempt([&] { return ::openat(dev, "console", flags | O_NOFOLLOW | O_CLOEXEC, 0666); });
  };
  int fd = open(O_PATH);
  if (fd == -ENOENT) fd = open(O_CREAT | O_EXCL | O_RDONLY | O_NOCTTY);
  if (fd < 0) throw_errno("create /dev/console mount target", -fd);
  UniqueFd console{fd};
  struct stat status {};
  sys::check("fstat", [&] { return ::fstat(fd, &status); });
  if (S_ISLNK(status.st_mode)) throw_errno("create /dev/console mount target", ELOOP);
  return console;
}

}  // namespace

UniqueFd open_ptmx(int root) {
  // In a devpts nobody can make a name. That nothing is mounted on this one is seen before it is opened, which makes a
  // new terminal each time.
  const UniqueFd pts = sys::open_in_root(root, "/dev/pts", O_PATH | O_DIRECTORY);
  check_devpts(pts.get());
  static_cast<void>(open_ptmx_of(pts, O_PATH));
  return open_ptmx_of(pts, O_RDWR | O_NOCTTY);
}

void mount_console(const State& state, int slave_fd) {
  UniqueFd dev;
  if (!state.dev.valid()) dev = sys::open_in_root(state.root.get(), "/dev", O_PATH | O_DIRECTORY);
  const int directory = state.dev.valid() ? state.dev.get() : dev.get();
  const UniqueFd console = open_console(directory);
  if (sys::new_mount_api()) {
    const sys::Opened tree = sys::clone_mount(slave_fd, "", sys::Depth::one);
    int error = tree.error;
    if (tree.ok()) error = sys::attach_mount(tree.fd.get(), console.get());
    if (error == 0) return;
    if (error != EPERM && error != ENOSYS)
      throw_mount_error({"move_mount", "terminal", "/dev/console", MS_BIND, ""}, error);
  }
  bind_late(state, slave_fd, console.get(), "/dev/console", MS_BIND);
}

}  // namespace corten::rootfs
