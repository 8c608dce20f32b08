// SPDX-License-Identifier: Apache-2.0
#include "rootfs/devices.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "rootfs/bind.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/mount_error.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

struct Link {
  const char *target, *name;
};
constexpr Link links[] = {
    {"/proc/self/fd", "fd"},
    {"/proc/self/fd/0", "stdin"},
    {"/proc/self/fd/1", "stdout"},
    {"/proc/self/fd/2", "stderr"},
};

mode_t type_bits(char type) { return type == 'b' ? S_IFBLK : type == 'p' ? S_IFIFO : S_IFCHR; }

dev_t number_of(const DeviceNode& node) { return node.type == 'p' ? 0 : makedev(node.major, node.minor); }

/// The host's node of the same path, bound: where mknod is refused, as in user namespaces.
void bind_device(const Builder& builder, const DeviceNode& node, int directory, const std::string& name) {
  int fd = sys::attempt([&] { return ::openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC); });
  if (fd == -ENOENT) {
    fd = sys::attempt(
        [&] { return ::openat(directory, name.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_RDONLY, 0600); });
  }
  if (fd < 0) throw_errno("create device inode " + node.path, -fd);
  const Target target{UniqueFd{fd}, node.path, true};
  MountStep step;
  step.type = "bind";
  step.flags = MS_BIND;
  step.source = step.destination = node.path;
  mount_bind(builder, step, open_bind_source(builder, step, std::nullopt), target);
}

/// Compares the node: the image, or another process, may have put another file in its place.
UniqueFd open_device(const DeviceNode& node, int directory, const std::string& name, struct stat& status) {
  UniqueFd fd{sys::check([&] { return "open device inode " + node.path; },
                         [&] { return ::openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC); })};
  sys::check("fstat", [&] { return ::fstat(fd.get(), &status); });
  if ((status.st_mode & S_IFMT) != type_bits(node.type) || status.st_rdev != number_of(node)) {
    throw Error{"what is at " + node.path + " is another file than the device that belongs there"};
  }
  return fd;
}

void set_owner(const DeviceNode& node, int directory, const std::string& name) {
  struct stat status {};
  const auto fd = open_device(node, directory, name, status);
  if (status.st_uid != node.uid || status.st_gid != node.gid) {
    sys::check([&] { return "chown " + node.path; },
               [&] { return ::fchownat(fd.get(), "", node.uid, node.gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW); });
  }
  if ((status.st_mode & 07777U) != node.mode) {
    const std::string path = fd_path(fd.get());
    sys::check([&] { return "chmod " + node.path; }, [&] { return ::chmod(path.c_str(), node.mode); });
  }
}

/// `fresh`: /dev is a tmpfs that we mounted: it is root's, and nobody else can change it.
void make_device(const Builder& builder, const DeviceNode& node, int directory, const std::string& name, bool fresh) {
  if (builder.plan.user_namespace) return bind_device(builder, node, directory, name);
  const int result = sys::attempt(
      [&] { return ::mknodat(directory, name.c_str(), type_bits(node.type) | node.mode, number_of(node)); });
  if (result == -EEXIST) {
    struct stat status {};
    static_cast<void>(open_device(node, directory, name, status));
    return;
  }
  if (result == -EPERM || result == -EACCES) return bind_device(builder, node, directory, name);
  if (result < 0) throw_errno("mknodat " + node.path, -result);
  if (!fresh || node.uid != 0 || node.gid != 0) set_owner(node, directory, name);
}

void make_devices(const Builder& builder, bool fresh) {
  constexpr std::string_view below_dev = "/dev/";
  for (const auto& node : builder.plan.devices) {
    const std::string_view path = node.path;
    if (path.starts_with(below_dev) && path.find('/', below_dev.size()) == std::string_view::npos) {
      make_device(builder, node, builder.state.dev.get(), node.path.substr(below_dev.size()), fresh);
    } else {
      const sys::Parent parent = sys::create_parent_in_root(builder.root(), node.path);
      make_device(builder, node, parent.directory.get(), parent.name, false);
    }
  }
}

void make_link(int directory, const Link& link) {
  const int result = sys::attempt([&] { return ::symlinkat(link.target, directory, link.name); });
  if (result < 0 && result != -EEXIST) throw_errno("symlinkat /dev/" + std::string{link.name}, -result);
}

/// Always that of the container's own devpts, whatever the image has there.
void make_ptmx(int directory) {
  const auto make = [&] { return sys::attempt([&] { return ::symlinkat("pts/ptmx", directory, "ptmx"); }); };
  int result = make();
  if (result == -EEXIST) {
    const int removed = sys::attempt([&] { return ::unlinkat(directory, "ptmx", 0); });
    if (removed < 0 && removed != -ENOENT) throw_errno("unlinkat /dev/ptmx", -removed);
    result = make();
  }
  if (result < 0) throw_errno("symlinkat /dev/ptmx", -result);
}

/// CVE-2026-41579: an image's /dev may be a link to anywhere.
UniqueFd open_dev(int root) {
  sys::Opened dev = sys::try_open_in_root(root, "/dev", O_PATH | O_DIRECTORY, sys::Symlinks::refuse);
  if (dev.error == ENOENT) dev = sys::create_in_root(root, "/dev", sys::Create::directory);
  if (dev.error == ELOOP || dev.error == ENOTDIR || dev.through_symlink)
    throw Error{"/dev must be an ordinary directory"};
  if (!dev.ok()) throw_errno("open /dev", dev.error);
  return std::move(dev.fd);
}

/// Whether it is an empty tmpfs that we mounted, as in nearly every config.
bool is_fresh(const Builder& builder) {
  bool fresh = false;
  for (const auto& step : builder.plan.mounts) {
    if (step.destination == "/dev") fresh = step.type == "tmpfs" && !step.copy_up;
  }
  return fresh && builder.state.dev.valid();
}

}  // namespace

void set_up_dev(const Builder& builder) {
  with_context("configuring container /dev", [&] {
    const bool fresh = is_fresh(builder);
    if (!builder.state.dev.valid()) builder.state.dev = open_dev(builder.root());
    const int directory = builder.state.dev.get();
    with_context("error creating device nodes", [&] { make_devices(builder, fresh); });
    with_context("error setting up ptmx", [&] { make_ptmx(directory); });
    with_context("error setting up /dev symlinks", [&] {
      for (const auto& link : links) make_link(directory, link);
      if (::access("/proc/kcore", F_OK) == 0) make_link(directory, {"/proc/kcore", "core"});
    });
  });
}

}  // namespace corten::rootfs
