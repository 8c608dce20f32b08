// SPDX-License-Identifier: Apache-2.0
#include "rootfs/copy_up.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "rootfs/builder.hpp"
#include "rootfs/copy_attributes.hpp"
#include "rootfs/filesystem.hpp"
#include "rootfs/mount_error.hpp"
#include "sys/syscall.hpp"

namespace corten::rootfs {
namespace {

constexpr off_t chunk = 1U << 20U;
constexpr int deepest = 256;  // directories; two descriptors each

/// Copies owner, mode, attributes and times, in this order: a new owner takes away file capabilities and set-user-ID, and
/// an access list says what the mode's bits for the group mean.
void copy_metadata(AttributeCopy& attributes, int from, int to, const std::string& name, const struct stat& status) {
  sys::check([&] { return "chown " + name; },
             [&] { return ::fchownat(to, name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW); });
  if (!S_ISLNK(status.st_mode)) {
    sys::check([&] { return "chmod " + name; },
               [&] { return ::fchmodat(to, name.c_str(), status.st_mode & 07777U, 0); });
  }
  attributes.copy(fd_path(from) + "/" + name, fd_path(to) + "/" + name, name);
  const struct timespec times[2] = {status.st_atim, status.st_mtim};
  sys::check([&] { return "utimens " + name; },
             [&] { return ::utimensat(to, name.c_str(), times, AT_SYMLINK_NOFOLLOW); });
}

/// The bytes from `at` up to `end`; fewer where the file has become shorter.
void copy_bytes(int in, int out, off_t at, off_t end) {
  sys::check("lseek", [&] { return ::lseek(out, at, SEEK_SET); });
  while (at < end) {
    const auto size = static_cast<std::size_t>(std::min(chunk, end - at));
    if (sys::check("copy", [&] { return ::sendfile(out, in, &at, size); }) == 0) return;
  }
}

/// A hole takes no memory in the image, and must take none here. Not more than the file's size at first is copied:
/// somebody may be writing to it for ever.
void copy_contents(int in, int out, const struct stat& status) {
  constexpr off_t block = 512;  // of st_blocks
  if (status.st_blocks * block >= status.st_size) return copy_bytes(in, out, 0, status.st_size);
  for (off_t at = 0; at < status.st_size;) {
    const auto data = sys::attempt([&] { return ::lseek(in, at, SEEK_DATA); });
    if (data == -ENXIO) break;  // nothing but a hole is left
    if (data < 0) return copy_bytes(in, out, at, status.st_size);
    const auto hole = sys::check("lseek", [&] { return ::lseek(in, data, SEEK_HOLE); });
    at = std::min(hole, status.st_size);
    copy_bytes(in, out, data, at);
  }
  sys::check("ftruncate", [&] { return ::ftruncate(out, status.st_size); });
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
  with_context(name, [&] { copy_contents(in.get(), out.get(), status); });
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

bool names_option(const std::string& data, const std::string& option) {
  return ("," + data).find("," + option + "=") != std::string::npos;
}

class TreeCopy {
 public:
  /// Both are open directories, `to` for reading.
  TreeCopy(int from, int to) : from_{from}, top_{to} {}

  void copy(const MountStep& step) {
    struct stat status {};
    sys::check("stat", [&] { return ::fstat(from_, &status); });
    copy_directory(open_directory(from_, "."), top_, "", 0);
    copy_top(step, status);
  }

 private:
  /// The directory's own owner, attributes and times, less what the options name. (Its mode is an option, too.)
  void copy_top(const MountStep& step, const struct stat& status) {
    constexpr auto keep = static_cast<uid_t>(-1);
    const uid_t uid = names_option(step.data, "uid") ? keep : status.st_uid;
    const gid_t gid = names_option(step.data, "gid") ? keep : status.st_gid;
    sys::check("chown", [&] { return ::fchown(top_, uid, gid); });
    struct stat mounted {};
    sys::check("stat", [&] { return ::fstat(top_, &mounted); });
    attributes_.copy(fd_path(from_) + "/.", fd_path(top_) + "/.", step.destination);
    sys::check("chmod", [&] { return ::fchmod(top_, mounted.st_mode & 07777U); });  // an access list has changed it
    const struct timespec times[2] = {status.st_atim, status.st_mtim};
    sys::check("utimens", [&] { return ::futimens(top_, times); });
  }

  /// `path`: of the directory below the top, "" or ending with a slash.
  void copy_directory(UniqueFd from, int to, const std::string& path, int depth) {
    if (depth > deepest) throw Error{"directories are nested too deeply"};
    const int fd = from.get();
    const std::unique_ptr<DIR, int (*)(DIR*)> list{::fdopendir(fd), &::closedir};
    if (!list) throw_errno("list directory", errno);
    static_cast<void>(from.release());  // closedir does it
    while (const dirent* entry = ::readdir(list.get())) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") copy_entry(fd, to, path, name, depth);
    }
  }

  void copy_entry(int from, int to, const std::string& path, const std::string& name, int depth) {
    struct stat status {};
    sys::check([&] { return "stat " + name; },
               [&] { return ::fstatat(from, name.c_str(), &status, AT_SYMLINK_NOFOLLOW); });
    if (link_again(to, path, name, status)) return;
    switch (status.st_mode & S_IFMT) {
      case S_IFREG: copy_file(from, to, name); break;
      case S_IFLNK: copy_link(from, to, name); break;
      case S_IFDIR: {
        sys::check([&] { return "mkdir " + name; }, [&] { return ::mkdirat(to, name.c_str(), 0700); });
        const UniqueFd copy = open_directory(to, name);
        copy_directory(open_directory(from, name), copy.get(), path + name + "/", depth + 1);
        break;
      }
      default:  // a socket too: its owner and mode may matter, as for whoever binds it again
        sys::check([&] { return "mknod " + name; },
                   [&] { return ::mknodat(to, name.c_str(), status.st_mode, status.st_rdev); });
    }
    copy_metadata(attributes_, from, to, name, status);
  }

  /// A further name of a file that was copied becomes one of the copy.
  bool link_again(int to, const std::string& path, const std::string& name, const struct stat& status) {
    if (status.st_nlink < 2 || S_ISDIR(status.st_mode)) return false;
    const auto [first, is_first] = copied_.try_emplace({status.st_dev, status.st_ino}, path + name);
    if (is_first) return false;
    sys::check([&] { return "link " + name; },
               [&, &old = first->second] { return ::linkat(top_, old.c_str(), to, name.c_str(), 0); });
    return true;
  }

  int from_, top_;
  AttributeCopy attributes_;
  std::map<std::pair<dev_t, ino_t>, std::string> copied_;  // files with several names
};

}  // namespace

UniqueFd mount_copied_tmpfs(const Builder& builder, const MountStep& step, const Target& target,
                            const MountLabel& label) {
  // The target's descriptor stays on the directory below, so the order of mounting and copying is free.
  UniqueFd tmpfs = mount_filesystem(builder, step, target, label);
  with_context("tmpcopyup: failed to copy " + step.destination, [&] {
    const UniqueFd top = open_directory(tmpfs.get(), ".");
    TreeCopy{target.fd.get(), top.get()}.copy(step);
  });
  return tmpfs;
}

}  // namespace corten::rootfs
