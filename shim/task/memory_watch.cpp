// SPDX-License-Identifier: Apache-2.0
#include "shim/task/memory_watch.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/file.hpp"

namespace corten::shim {
namespace {

/// The directory of its memory controller: on v1 a hierarchy of its own, else the unified one (cgroups(7)).
cgroup::Paths memory_of(pid_t pid) {
  const auto table = sys::read_file(fmt::format("/proc/{}/cgroup", pid));
  cgroup::Paths unified;
  for (const auto line : split(table, '\n')) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const auto controllers = split(line.substr(first + 1, second - first - 1), ',');
    const std::string path{line.substr(second + 1)};
    if (std::find(controllers.begin(), controllers.end(), "memory") != controllers.end()) {
      return {{"memory", "/sys/fs/cgroup/memory" + path}};
    }
    if (line.starts_with("0::")) unified = {{"", "/sys/fs/cgroup" + path}};
  }
  if (unified.empty()) throw Error{fmt::format("process {} is in no memory cgroup", pid)};
  return unified;
}

}  // namespace

MemoryWatch::MemoryWatch(Loop& loop, pid_t pid, std::function<void()> on_oom)
    : memory_{memory_of(pid)}, on_oom_{std::move(on_oom)}, watch_{loop, memory_.fd(), EPOLLIN, [this](std::uint32_t) {
                                                                    look();
                                                                  }} {}

void MemoryWatch::look() {
  if (memory_.happened()) on_oom_();
}

}  // namespace corten::shim
