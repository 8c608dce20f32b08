// SPDX-License-Identifier: Apache-2.0
#include "sys/open_in_root.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <utility>
#include <vector>

#include "base/path.hpp"
#include "base/text.hpp"
#include "sys/switches.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {
namespace {

constexpr int most_links = 40;     // as the kernel's MAXSYMLINKS
constexpr int most_retries = 128;  // of openat2 against somebody who renames directories all the time

bool& openat2_works() {
  static bool works = openat2_allowed();
  return works;
}

/// Resolves a path component by component on descriptors, with links read and interpreted inside the root. Each
/// directory on the way stays open, so that ".." means the directory we came from, whatever was renamed meanwhile.
class Walk {
 public:
  Walk(int root, const std::string& path, Symlinks symlinks) : root_{root}, symlinks_{symlinks} { push(path); }

  /// Missing components are made from now on, the last one as `kind`.
  void create(Create kind) {
    creating_ = true;
    kind_ = kind;
  }

  /// 0, or an errno. Then last() is an O_PATH descriptor of what the path names.
  int run() {
    while (!todo_.empty()) {
      std::string component = std::move(todo_.back());
      todo_.pop_back();
      const int error = component == ".." ? up() : component == "." ? stay() : step(component);
      if (error != 0) return error;
    }
    return 0;
  }

  [[nodiscard]] bool through_symlink() const { return links_ > 0; }

  /// The object itself, opened with `flags`: by its name once more, for an O_PATH descriptor can only be reopened
  /// through /proc.
  Opened finish(int flags) {
    if ((flags & O_PATH) != 0 && (flags & O_DIRECTORY) == 0 && !stack_.empty())
      return {std::move(stack_.back().fd), 0, links_ > 0};
    const bool by_name = !stack_.empty() && !stack_.back().is_directory;
    const int directory = by_name ? parent() : current();
    const char* name = by_name ? stack_.back().name.c_str() : ".";
    const int fd = attempt([&] { return ::openat(directory, name, flags | O_NOFOLLOW | O_CLOEXEC); });
    if (fd < 0) return {UniqueFd{}, -fd, links_ > 0};
    return {UniqueFd{fd}, 0, links_ > 0};
  }

 private:
  struct Entry {
    UniqueFd fd;
    std::string name;
    bool is_directory = true;
  };

  void push(std::string_view path) {
    const auto pieces = split(path, '/');
    for (std::size_t left = pieces.size(); left > 0; --left) {
      const auto piece = pieces[left - 1];
      todo_.emplace_back(piece.empty() ? "." : piece);  // a slash at the end demands a directory, as "." does
    }
  }

  [[nodiscard]] int current() const { return stack_.empty() ? root_ : stack_.back().fd.get(); }
  [[nodiscard]] int parent() const { return stack_.size() < 2 ? root_ : stack_[stack_.size() - 2].fd.get(); }

  int up() {
    if (stack_.empty()) return 0;  // ".." of the root is the root
    if (!stack_.back().is_directory) return ENOTDIR;
    stack_.pop_back();
    return 0;
  }

  [[nodiscard]] int stay() const { return stack_.empty() || stack_.back().is_directory ? 0 : ENOTDIR; }

  int step(const std::string& name) {
    int fd = open_here(name);
    if (fd == -ENOENT && creating_) {
      if (const int error = make(name); error != 0) return error;
      fd = open_here(name);
    }
    if (fd < 0) return -fd;
    UniqueFd opened{fd};
    struct stat status {};
    if (const int result = attempt([&] { return ::fstat(fd, &status); }); result < 0) return -result;
    if (S_ISLNK(status.st_mode)) return follow(opened);
    stack_.push_back({std::move(opened), name, S_ISDIR(status.st_mode)});
    return 0;
  }

  [[nodiscard]] int open_here(const std::string& name) const {
    return attempt([&] { return ::openat(current(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC); });
  }

  int make(const std::string& name) {
    if (todo_.empty() && kind_ == Create::file) {
      const int fd = attempt([&] {
        return ::openat(current(), name.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_RDONLY, 0644);
      });
      if (fd < 0) return fd == -EEXIST ? 0 : -fd;
      ::close(fd);
      return 0;
    }
    const int result = attempt([&] { return ::mkdirat(current(), name.c_str(), 0755); });
    return result < 0 && result != -EEXIST ? -result : 0;
  }

  int follow(const UniqueFd& link) {
    if (symlinks_ == Symlinks::refuse || ++links_ > most_links) return ELOOP;
    if (is_magic(link)) return ELOOP;
    std::array<char, PATH_MAX> target{};
    const auto size = attempt([&] { return ::readlinkat(link.get(), "", target.data(), target.size()); });
    if (size < 0) return static_cast<int>(-size);
    const std::string_view text{target.data(), static_cast<std::size_t>(size)};
    if (text.starts_with('/')) stack_.clear();
    push(text);
    return 0;
  }

  /// procfs keeps plain links in its root directory only ("self", "mounts"), which has inode 1.
  [[nodiscard]] bool is_magic(const UniqueFd& link) const {
    struct statfs filesystem {};
    if (::fstatfs(link.get(), &filesystem) != 0 || filesystem.f_type != PROC_SUPER_MAGIC) return false;
    struct stat directory {};
    return ::fstat(current(), &directory) != 0 || directory.st_ino != 1;
  }

  int root_;
  Symlinks symlinks_;
  bool creating_ = false;
  Create kind_ = Create::directory;
  int links_ = 0;
  std::vector<std::string> todo_;  // in reverse
  std::vector<Entry> stack_;
};

/// The common case in few calls: all but the last component is there, without a link.
Opened make_last_directory(int root, const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string name = path.substr(slash + 1);
  if (slash == std::string::npos || name.empty() || name == "." || name == "..") return {};
  const Opened parent = try_open_in_root(root, path.substr(0, slash + 1), O_PATH | O_DIRECTORY, Symlinks::refuse);
  if (!parent.ok()) return {};
  if (attempt([&] { return ::mkdirat(parent.fd.get(), name.c_str(), 0755); }) < 0) return {};
  const int fd =
      attempt([&] { return ::openat(parent.fd.get(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); });
  return {UniqueFd{fd}, 0, false};
}

}  // namespace

Opened walk_in_root(int root, const std::string& path, int flags, Symlinks symlinks) {
  if (path.empty()) return {UniqueFd{}, ENOENT, false};
  UniqueFd top;
  if (root == AT_FDCWD) {
    root = attempt([] { return ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC); });
    if (root < 0) return {UniqueFd{}, -root, false};
    top = UniqueFd{root};
  }
  Walk walk{root, path, symlinks};
  if (const int error = walk.run(); error != 0) return {UniqueFd{}, error, walk.through_symlink()};
  return walk.finish(flags);
}

Opened try_open_in_root(int root, const std::string& path, int flags, Symlinks symlinks) {
  if (!openat2_works()) return walk_in_root(root, path, flags, symlinks);
  struct open_how how {};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_NO_MAGICLINKS;
  if (root != AT_FDCWD) how.resolve |= RESOLVE_IN_ROOT;  // that would be the current directory
  if (symlinks == Symlinks::refuse) how.resolve |= RESOLVE_NO_SYMLINKS;
  long fd = -EAGAIN;
  for (int tries = 0; fd == -EAGAIN && tries < most_retries; ++tries) {
    fd = attempt([&] { return ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how); });
  }
  if (fd >= 0) return {UniqueFd{static_cast<int>(fd)}, 0, false};
  if (fd == -ENOSYS) openat2_works() = false;
  if (fd == -ENOSYS || fd == -EPERM)
    return walk_in_root(root, path, flags, symlinks);  // EPERM: how some filters say no
  return {UniqueFd{}, static_cast<int>(-fd), false};
}

UniqueFd open_in_root(int root, const std::string& path, int flags, Symlinks symlinks) {
  Opened opened = try_open_in_root(root, path, flags, symlinks);
  if (!opened.ok()) throw_errno("open " + path, opened.error);
  return std::move(opened.fd);
}

Opened create_in_root(int root, const std::string& path, Create kind) {
  if (kind == Create::directory && openat2_works()) {
    Opened made = make_last_directory(root, path);
    if (made.ok()) return made;
  }
  Walk walk{root, path, Symlinks::follow};
  walk.create(kind);
  if (const int error = walk.run(); error != 0) return {UniqueFd{}, error, walk.through_symlink()};
  return walk.finish(O_PATH);
}

Parent create_parent_in_root(int root, const std::string& path) {
  const std::string clean = clean_path(path);
  const auto slash = clean.rfind('/');
  if (clean == "/") throw Error{"path " + quote(path) + " has no last component"};
  const std::string directory = clean.substr(0, slash + 1);
  Opened opened = try_open_in_root(root, directory, O_PATH | O_DIRECTORY);
  if (opened.error == ENOENT) opened = create_in_root(root, directory, Create::directory);
  if (!opened.ok()) throw_errno("open " + directory, opened.error);
  return {std::move(opened.fd), clean.substr(slash + 1)};
}

}  // namespace corten::sys
