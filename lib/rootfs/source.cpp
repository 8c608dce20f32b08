// SPDX-License-Identifier: Apache-2.0
#include "rootfs/source.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <exception>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "rootfs/bind.hpp"
#include "rootfs/filesystem.hpp"
#include "sys/mount_api.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

UniqueFd open_path(const char* path, int flags) {
  return UniqueFd{
      sys::check([&] { return std::string{"open "} + path; }, [&] { return ::open(path, flags | O_CLOEXEC); })};
}

/// What `open` returns in another mount namespace. A thread of its own goes there, with a root and a working directory of its own:
/// no other thread sees anything of it, and nothing has to find its way back.
template <class Open>
UniqueFd open_in(int mount_ns, const Open& open) {
  UniqueFd opened;
  std::exception_ptr failure;
  const auto visit = [&] {
    try {
      sys::check("unshare of the root directory", [] { return ::unshare(CLONE_FS); });
      sys::check("join the container's mount namespace", [&] { return ::setns(mount_ns, CLONE_NEWNS); });
      opened = open();
    } catch (...) {
      failure = std::current_exception();
    }
  };
  try {
    std::thread{visit}.join();
  } catch (const std::system_error& error) {  // no more threads are allowed
    throw_errno("starting a thread for the container's mount namespace", error.code().value());
  }
  if (failure) std::rethrow_exception(failure);
  return opened;
}

/// A detached copy of a bind's source, or a new file system.
UniqueFd make_tree(const MountStep& step, const std::string& label) {
  if (step.is_bind()) {
    const UniqueFd link = step.source_nofollow ? open_path(step.source.c_str(), O_PATH | O_NOFOLLOW) : UniqueFd{};
    sys::Opened tree = link.valid() ? sys::clone_mount(link.get(), "", depth_of(step))
                                    : sys::clone_mount(AT_FDCWD, step.source.c_str(), depth_of(step));
    if (!tree.ok()) throw_errno("open_tree(OPEN_TREE_CLONE) " + step.source, tree.error);
    return std::move(tree.fd);
  }
  const auto options = filesystem_options(step.data, step.flags, label);
  if (!options) throw Error{"an id-mapped file system cannot have the options " + quote(step.data)};
  sys::Opened made = sys::make_filesystem(step.type.c_str(), step.source, *options, sys::mount_attributes(step.flags));
  if (!made.ok()) throw_errno("making an id-mapped file system of type " + step.type, made.error);
  return std::move(made.fd);
}

UniqueFd make_mapped(const MountStep& step, int userns_fd, const std::string& label) {
  const auto mapped = step.id_map && step.id_map->recursive ? sys::Depth::recursive : sys::Depth::one;
  const sys::AttributeChange map{MOUNT_ATTR_IDMAP, 0, 0, userns_fd};
  if (step.is_bind() && depth_of(step) == mapped && !step.source_nofollow) {
    sys::Opened tree = sys::clone_changed(AT_FDCWD, step.source.c_str(), mapped, map);
    if (tree.ok()) return std::move(tree.fd);  // else the longer way tells why
  }
  UniqueFd tree = make_tree(step, label);
  const int error = sys::change_attributes(tree.get(), mapped, map);
  if (error == EINVAL) {
    throw Error{"failed to set MOUNT_ATTR_IDMAP on " + step.source + ": " + errno_text(error) +
                    " (maybe the filesystem used doesn't support idmap mounts on this kernel?)",
                error};
  }
  if (error != 0) throw_errno("failed to set MOUNT_ATTR_IDMAP on " + step.source, error);
  return tree;
}

}  // namespace

UniqueFd open_source(const MountStep& step, int mount_ns_fd, int userns_fd, const std::string& label) {
  return open_in(mount_ns_fd, [&] {
    return userns_fd >= 0
               ? make_mapped(step, userns_fd, label)
               : open_path(step.source.c_str(), O_PATH | (step.copy_symlink || step.source_nofollow ? O_NOFOLLOW : 0));
  });
}

void check_root(const std::string& path) {
  struct stat status {};
  sys::check([&] { return "invalid rootfs: stat " + path; }, [&] { return ::stat(path.c_str(), &status); });
  const std::unique_ptr<char, void (*)(void*)> real{::realpath(path.c_str(), nullptr), &std::free};
  if (!real) throw_errno("invalid rootfs: lstat " + path, errno);
  if (path != real.get()) throw Error{"invalid rootfs: not an absolute path, or a symlink"};
}

}  // namespace corten::rootfs
