// SPDX-License-Identifier: Apache-2.0
#include "cgroup/walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "cgroup/files.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {
namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// A cgroup between the top and where the walk is.
struct Level {
  std::string name;
  struct stat status {};
  std::vector<std::string> children;  // still to be visited, the last one first
};

/// The names of the cgroups in `directory`; none where it has been removed.
std::vector<std::string> children_of(int directory) {
  std::vector<std::string> names;
  const int copy = sys::attempt([&] { return ::openat(directory, ".", directory_flags); });
  if (copy < 0 && means_missing(-copy)) return names;
  if (copy < 0) throw_errno("open a cgroup", -copy);
  const std::unique_ptr<DIR, int (*)(DIR*)> list{::fdopendir(copy), ::closedir};
  if (!list) throw_errno("list a cgroup", errno);
  while (const dirent* entry = ::readdir(list.get())) {
    const std::string_view name = entry->d_name;
    if (entry->d_type == DT_DIR && name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

Level level_of(int directory, std::string name) {
  Level level{std::move(name), {}, {}};
  sys::check("stat of a cgroup", [&] { return ::fstat(directory, &level.status); });
  // A cgroup directory has two links and one a child: most are leaves, and their files need not be listed.
  if (level.status.st_nlink != 2) level.children = children_of(directory);
  return level;
}

/// The parent of `directory`, where that is the one we came from.
UniqueFd parent_of(const UniqueFd& directory, const struct stat& expected) {
  UniqueFd parent{sys::attempt([&] { return ::openat(directory.get(), "..", directory_flags); })};
  struct stat status {};
  if (!parent.valid() || ::fstat(parent.get(), &status) != 0) return {};
  if (status.st_ino != expected.st_ino || status.st_dev != expected.st_dev) return {};
  return parent;
}

}  // namespace

bool walk(UniqueFd directory, Visitor& visitor) {
  std::vector<Level> path;
  path.push_back(level_of(directory.get(), {}));
  visitor.enter(directory.get());
  for (;;) {
    auto& children = path.back().children;
    if (children.empty()) {
      const auto name = std::move(path.back().name);
      path.pop_back();
      if (path.empty()) return true;
      directory = parent_of(directory, path.back().status);
      if (!directory.valid()) return false;
      visitor.leave(directory.get(), name);
      continue;
    }
    auto name = std::move(children.back());
    children.pop_back();
    if (!visitor.wants(directory.get(), name)) continue;
    const int child = sys::attempt([&] { return ::openat(directory.get(), name.c_str(), directory_flags); });
    if (child < 0 && means_missing(-child)) continue;
    if (child < 0) throw_errno(fmt::format("open cgroup {}", name), -child);
    directory = UniqueFd{child};
    path.push_back(level_of(child, std::move(name)));
    visitor.enter(child);
  }
}

}  // namespace corten::cgroup
