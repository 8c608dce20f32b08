// SPDX-License-Identifier: Apache-2.0
#include "cgroup/layout.hpp"

#include <dirent.h>
#include <fmt/core.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/path.hpp"
#include "base/text.hpp"
#include "cgroup/files.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {
namespace {

struct Controller {
  std::string_view name;       // as in /proc/self/cgroup
  std::string_view directory;  // below the mount
  bool optional = false;
};

// In the order in which limits are applied.
constexpr auto controllers = std::to_array<Controller>({
    {"cpuset", "cpuset"},
    {"devices", "devices"},
    {"memory", "memory"},
    {"cpu", "cpu"},
    {"cpuacct", "cpuacct"},
    {"pids", "pids"},
    {"blkio", "blkio"},
    {"hugetlb", "hugetlb"},
    {"net_cls", "net_cls"},
    {"net_prio", "net_prio"},
    {"perf_event", "perf_event"},
    {"freezer", "freezer"},
    {"rdma", "rdma"},
    {"name=systemd", "systemd", true},
    {"misc", "misc", true},
    {"", "unified", true},
});

std::size_t rank_of(std::string_view name) {
  const auto row = std::ranges::find(controllers, name, &Controller::name);
  return static_cast<std::size_t>(row - controllers.begin());
}

/// The controllers that a directory "cpu,cpuacct" stands for; empty when one of the words is unknown.
std::vector<std::string> controllers_of(std::string_view directory) {
  std::vector<std::string> found;
  for (const auto word : split(directory, ',')) {
    const auto row = std::ranges::find(controllers, word, &Controller::directory);
    if (row == controllers.end()) return {};
    found.emplace_back(row->name);
  }
  return found;
}

long filesystem_of(const std::string& path) {
  struct statfs info {};
  const int result = sys::attempt([&] { return ::statfs(path.c_str(), &info); });
  return result < 0 ? 0 : static_cast<long>(info.f_type);
}

std::vector<std::string> directories_of(const std::string& path) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir{::opendir(path.c_str()), ::closedir};
  if (!dir) return names;
  while (const dirent* entry = ::readdir(dir.get())) {
    if (entry->d_type == DT_DIR) names.emplace_back(entry->d_name);
  }
  return names;
}

/// The part of its filesystem that is mounted at `mount_point`, from mountinfo; "/" when that does not say.
std::string mounted_part(std::string_view mountinfo, std::string_view mount_point) {
  std::string part = "/";
  for (const auto line : split(mountinfo, '\n')) {
    const auto words = split(line, ' ');
    if (words.size() > 4 && words[4] == mount_point) part = words[3];
  }
  return part;
}

std::string_view path_of(const Paths& paths, std::string_view controller) {
  const auto row = std::ranges::find(paths, controller, &Paths::value_type::first);
  return row == paths.end() ? std::string_view{} : std::string_view{row->second};
}

/// Where the hierarchy of `controller` is mounted; empty when it is not.
std::string mount_of(const std::vector<Hierarchy>& hierarchies, const std::string& controller) {
  const auto found = std::ranges::find_if(hierarchies, [&](const Hierarchy& hierarchy) {
    return std::ranges::find(hierarchy.controllers, controller) != hierarchy.controllers.end();
  });
  return found == hierarchies.end() ? std::string{} : found->directory;
}

std::string below(const std::string& directory, std::string_view path) {
  const auto clean = clean_path(fmt::format("/{}", path));
  return clean == "/" ? directory : directory + clean;
}

}  // namespace

Layout host_layout() {
  return filesystem_of(std::string{cgroup_mount}) == CGROUP2_SUPER_MAGIC ? Layout::unified : Layout::legacy;
}

bool is_optional(std::string_view controller) {
  const auto row = std::ranges::find(controllers, controller, &Controller::name);
  return row == controllers.end() || row->optional;
}

std::vector<Hierarchy> name_hierarchies(const std::vector<std::string>& names, const std::string& mount) {
  std::vector<Hierarchy> found;
  for (const auto& name : names) {
    if (auto words = controllers_of(name); !words.empty()) {
      found.push_back({std::move(words), fmt::format("{}/{}", mount, name)});
    }
  }
  std::ranges::sort(found, {}, [](const Hierarchy& hierarchy) { return rank_of(hierarchy.controllers.front()); });
  return found;
}

std::vector<Hierarchy> find_hierarchies() {
  const std::string mount{cgroup_mount};
  auto found = name_hierarchies(directories_of(mount), mount);
  // An empty directory that waits for a mount would take our mkdir silently.
  std::erase_if(found, [](const Hierarchy& hierarchy) {
    const bool v2 = hierarchy.controllers.front().empty();
    return filesystem_of(hierarchy.directory) != (v2 ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC);
  });
  return found;
}

Paths parse_proc_cgroup(std::string_view text) {
  Paths rows;
  for (const auto line : split(text, '\n')) {
    const auto first = line.find(':');
    const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    for (const auto controller : split(line.substr(first + 1, second - first - 1), ',')) {
      rows.emplace_back(controller, line.substr(second + 1));
    }
  }
  return rows;
}

Paths plan_legacy_paths(const std::vector<Hierarchy>& hierarchies, const Paths& own, std::string_view path) {
  Paths paths;
  for (const auto& hierarchy : hierarchies) {
    for (const auto& controller : hierarchy.controllers) {
      const auto parent = path.starts_with('/') ? std::string_view{} : path_of(own, controller);
      paths.emplace_back(controller, below(below(hierarchy.directory, parent), path));
    }
  }
  std::ranges::sort(paths, {}, [](const Paths::value_type& row) { return rank_of(row.first); });
  return paths;
}

Paths plan_unified_paths(const std::string& mount, const Paths& own, std::string_view path) {
  if (path.starts_with('/')) return {{"", below(mount, path)}};
  auto parent = path_of(own, "");
  parent = parent.substr(0, std::min(parent.rfind('/'), parent.size()));
  return {{"", below(below(mount, parent), path)}};
}

Paths visible_cgroups(pid_t pid, const std::vector<Hierarchy>& hierarchies) {
  const auto process = pid == 0 ? std::string{"self"} : std::to_string(pid);
  auto rows = parse_proc_cgroup(read_file(fmt::format("/proc/{}/cgroup", process)));
  std::string mountinfo;
  for (auto& [controller, path] : rows) {
    const auto directory = mount_of(hierarchies, controller);
    if (path == "/" || directory.empty() || ::access(below(directory, path).c_str(), F_OK) == 0) continue;
    if (mountinfo.empty()) mountinfo = read_file("/proc/self/mountinfo");
    const auto part = mounted_part(mountinfo, directory);
    if (part != "/" && path.starts_with(part)) path.erase(0, part.size());
  }
  return rows;
}

}  // namespace corten::cgroup
