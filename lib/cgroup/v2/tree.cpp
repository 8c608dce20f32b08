// SPDX-License-Identifier: Apache-2.0
#include "cgroup/v2/tree.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cgroup/files.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {
namespace {

/// `mount` and the cgroups below it down to `directory`.
std::vector<std::string> path_down(const std::string& mount, const std::string& directory) {
  std::vector<std::string> path{mount};
  for (auto end = mount.size(); end < directory.size();) {
    end = std::min(directory.find('/', end + 1), directory.size());
    path.push_back(directory.substr(0, end));
  }
  return path;
}

void enable_in(const std::string& parent) {
  const auto available = read_if_exists(parent + "/cgroup.controllers").value_or("");
  const auto enabled = read_if_exists(parent + "/cgroup.subtree_control").value_or("");
  const auto missing = missing_controllers(available, enabled);
  if (missing.empty()) return;
  const auto file = parent + "/cgroup.subtree_control";
  if (try_write(file, "+" + join(missing, " +")) == 0) return;
  // One that cannot be had (its parent has processes, or realtime threads) must not keep the others away.
  for (const auto& controller : missing) static_cast<void>(try_write(file, "+" + controller));
}

void check_type(const std::string& directory, bool domain) {
  const auto text = read_if_exists(directory + "/cgroup.type");
  const auto type = text ? trim(*text) : std::string_view{};
  if (type == "domain invalid") {
    if (domain) {
      throw Error{fmt::format("cannot enter cgroupv2 {} with domain controllers -- it is in an invalid state",
                              quote(directory))};
    }
    static_cast<void>(try_write(directory + "/cgroup.type", "threaded"));
  } else if (domain && (type == "domain threaded" || type == "threaded")) {
    throw Error{
        fmt::format("cannot enter cgroupv2 {} with domain controllers -- it is in {} mode", quote(directory), type)};
  }
}

}  // namespace

std::vector<std::string> missing_controllers(std::string_view available, std::string_view enabled) {
  const auto present = split(trim(enabled), ' ');
  std::vector<std::string> missing;
  for (const auto word : split(trim(available), ' ')) {
    if (!word.empty() && std::ranges::find(present, word) == present.end()) missing.emplace_back(word);
  }
  return missing;
}

void enable_controllers(const std::string& mount, const std::string& directory, bool domain) {
  // The usual case is two reads: another container below the same parent was here before. A threaded cgroup never has
  // all of them.
  const auto offered = read_if_exists(mount + "/cgroup.controllers").value_or("");
  const auto present = read_if_exists(directory + "/cgroup.controllers").value_or("");
  if (offered == present && missing_controllers(offered, "").size() > 1) return;
  auto path = path_down(mount, directory);
  for (std::size_t at = 0; at + 1 < path.size(); ++at) enable_in(path[at]);
  for (std::size_t at = 1; at < path.size(); ++at) check_type(path[at], domain);
}

void delegate(const std::string& directory, uid_t owner) {
  constexpr auto before_4_15 = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads";
  const auto give = [&](const std::string& path) {
    const int result = sys::attempt([&] { return ::lchown(path.c_str(), owner, static_cast<gid_t>(-1)); });
    if (result < 0 && result != -ENOENT) throw_errno(fmt::format("chown {}", path), -result);
  };
  give(directory);
  const auto files = read_if_exists("/sys/kernel/cgroup/delegate").value_or(before_4_15);
  for (const auto file : split(trim(files), '\n')) give(fmt::format("{}/{}", directory, file));
}

}  // namespace corten::cgroup
