// SPDX-License-Identifier: Apache-2.0
#include "sys/device_nodes.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {
namespace {

char type_of(mode_t mode) {
  if (S_ISBLK(mode)) return 'b';
  if (S_ISCHR(mode)) return 'c';
  return S_ISFIFO(mode) ? 'p' : '\0';
}

std::optional<DeviceNode> node_of(const struct stat& status, std::string path) {
  DeviceNode node;
  node.type = type_of(status.st_mode);
  if (node.type == '\0') return std::nullopt;
  if (node.type != 'p') {
    node.major = major(status.st_rdev);
    node.minor = minor(status.st_rdev);
  }
  node.mode = status.st_mode & 07777U;
  node.uid = status.st_uid;
  node.gid = status.st_gid;
  node.path = std::move(path);
  return node;
}

class Search {
 public:
  /// `top` is open at `path`.
  void run(const UniqueFd& top, const std::string& path) {
    struct stat status {};
    check([&] { return fmt::format("stat {}", path); }, [&] { return ::fstat(top.get(), &status); });
    file_system_ = status.st_dev;
    look_into(top, path);
  }

  [[nodiscard]] std::vector<DeviceNode> take() {
    std::ranges::sort(found_, {}, &DeviceNode::path);
    return std::move(found_);
  }

 private:
  void look_into(const UniqueFd& directory, const std::string& path) {
    for (const auto& name : names_in(directory.get(), path)) {
      look_at(directory, name, fmt::format("{}/{}", path == "/" ? "" : path, name));
    }
  }

  void look_at(const UniqueFd& directory, const std::string& name, const std::string& path) {
    struct stat status {};
    const int result = attempt([&] { return ::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW); });
    if (result == -ENOENT) return;
    if (result < 0) throw_errno(fmt::format("stat {}", path), -result);
    if (S_ISDIR(status.st_mode)) {
      if (status.st_dev == file_system_) descend(directory, name, path);
    } else if (path != "/dev/console" && !S_ISFIFO(status.st_mode)) {
      if (auto node = node_of(status, path)) found_.push_back(std::move(*node));
    }
  }

  void descend(const UniqueFd& directory, const std::string& name, const std::string& path) {
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const int result = attempt([&] { return ::openat(directory.get(), name.c_str(), flags); });
    if (result == -ENOENT || result == -ENOTDIR || result == -ELOOP) return;
    if (result < 0) throw_errno(fmt::format("open {}", path), -result);
    look_into(UniqueFd{result}, path);
  }

  dev_t file_system_ = 0;
  std::vector<DeviceNode> found_;
};

}  // namespace

std::optional<DeviceNode> device_node(const std::string& path) {
  struct stat status {};
  check([&] { return fmt::format("stat {}", quote(path)); }, [&] { return ::lstat(path.c_str(), &status); });
  return node_of(status, path);
}

std::vector<DeviceNode> device_nodes_below(const std::string& directory) {
  const auto top = open_at(AT_FDCWD, directory, O_RDONLY | O_DIRECTORY);
  const auto last = directory.find_last_not_of('/');
  Search search;
  search.run(top, last == std::string::npos ? "/" : directory.substr(0, last + 1));
  return search.take();
}

}  // namespace corten::sys
