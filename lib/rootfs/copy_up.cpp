// SPDX-License-Identifier: Apache-2.0
// "tmpcopyup": a tmpfs that starts with what its directory held.
#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "rootfs/mount_error.hpp"
#include "rootfs/mounting.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

constexpr std::size_t chunk = 1U << 20U;
constexpr int deepest = 256;  // directories; two descriptors each

/// Copies owner, mode and times last: writing changes them.
void copy_metadata(int to, const std::string& name, const struct stat& status) {
  sys::check([&] { return "chown " + name; },
             [&] { return ::fchownat(to, name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW); });
  if (!S_ISLNK(status.st_mode)) {
    sys::check([&] { return "chmod " + name; },
               [&] { return ::fchmodat(to, name.c_str(), status.st_mode & 07777U, 0); });
  }
  const struct timespec times[2] = {status.st_atim, status.st_mtim};
  sys::check([&] { return "utimens " + name; },
             [&] { return ::utimensat(to, name.c_str(), times, AT_SYMLINK_NOFOLLOW); });
}

void copy_file(int from, int to, const std::string& name) {
  const UniqueFd in{
      sys::check([&] { return "open " + name; },
                 [&] { return ::openat(from, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK); })};
  const UniqueFd out{sys::check(
      [&] { return "create " + name; },
      [&] { return ::openat(to, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600); })};
  struct stat status {};
  sys::check("fstat", [&] { return ::fstat(in.get(), &status); });
  if (!S_ISREG(status.st_mode)) throw Error{name + " is no longer a file"};
  while (sys::check([&] { return "copy " + name; }, [&] { return ::sendfile(out.get(), in.get(), nullptr, chunk); }) >
         0) {
  }
}

void copy_link(int from, int to, const std::string& name) {
  std::array<char, PATH_MAX> text{};
  const auto size = sys::check([&] { return "readlink " + name; },
                               [&] { return ::readlinkat(from, name.c_str(), text.data(), text.size() - 1); });
  text[static_cast<std::size_t>(size)] = '\0';
  sys::check([&] { return "symlink " + name; }, [&] { return ::symlinkat(text.data(), to, name.c_str()); });
}

UniqueFd open_directory(int at, const std::string& name) {
  return UniqueFd{
      sys::check([&] { return "open " + name; },
                 [&] { return ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); })};
}

void copy_directory(UniqueFd from, int to, int depth);

void copy_entry(int from, int to, const std::string& name, int depth) {
  struct stat status {};
  sys::check([&] { return "stat " + name; },
             [&] { return ::fstatat(from, name.c_str(), &status, AT_SYMLINK_NOFOLLOW); });
  switch (status.st_mode & S_IFMT) {
    case S_IFREG: copy_file(from, to, name); break;
    case S_IFLNK: copy_link(from, to, name); break;
    case S_IFDIR: {
      sys::check([&] { return "mkdir " + name; }, [&] { return ::mkdirat(to, name.c_str(), 0700); });
      const UniqueFd copy = open_directory(to, name);
      copy_directory(open_directory(from, name), copy.get(), depth + 1);
      break;
    }
    case S_IFSOCK: return;  // means nothing without its process
    default:
      sys::check([&] { return "mknod " + name; },
                 [&] { return ::mknodat(to, name.c_str(), status.st_mode, status.st_rdev); });
  }
  copy_metadata(to, name, status);
}

void copy_directory(UniqueFd from, int to, int depth) {
  if (depth > deepest) throw Error{"directories are nested too deeply"};
  const int fd = from.get();
  const std::unique_ptr<DIR, int (*)(DIR*)> list{::fdopendir(fd), &::closedir};
  if (!list) throw_errno("list directory", errno);
  static_cast<void>(from.release());  // closedir does it
  while (const dirent* entry = ::readdir(list.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") copy_entry(fd, to, name, depth);
  }
}

void copy_tree(int from, int to) {
  struct stat status {};
  sys::check("stat", [&] { return ::fstat(from, &status); });
  const UniqueFd copy = open_directory(to, ".");
  copy_directory(open_directory(from, "."), copy.get(), 0);
  sys::check("chown", [&] { return ::fchown(copy.get(), status.st_uid, status.st_gid); });
}

}  // namespace

UniqueFd mount_copied_tmpfs(const Builder& builder, const MountStep& step, const Target& target,
                            const std::string& label) {
  // The target's descriptor stays on the directory below, so the order of mounting and copying is free.
  UniqueFd tmpfs = mount_filesystem(builder, step, target, label);
  with_context("tmpcopyup: failed to copy " + step.destination, [&] { copy_tree(target.fd.get(), tmpfs.get()); });
  return tmpfs;
}

}  // namespace corten::rootfs
