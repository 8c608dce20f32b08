// SPDX-License-Identifier: Apache-2.0
#include "container/exec/exec_cgroup.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::container {

cgroup::SubPaths parse_exec_cgroups(const std::vector<std::string>& options) {
  cgroup::SubPaths paths;
  for (const auto& option : options) {
    const auto colon = option.find(':');
    if (colon == std::string::npos) {
      if (options.size() != 1)
        throw Error{fmt::format("invalid --cgroup argument: {} (missing <controller>: prefix)", option)};
      paths.emplace_back("", option);
      continue;
    }
    const auto path = option.substr(colon + 1);
    for (const auto controller : split(std::string_view{option}.substr(0, colon), ',')) {
      if (controller.empty())
        throw Error{fmt::format("invalid --cgroup argument: {} (empty <controller> prefix)", option)};
      const auto same = [&](const auto& other) { return other.first == controller; };
      if (std::any_of(paths.begin(), paths.end(), same)) {
        throw Error{fmt::format("invalid --cgroup argument(s): controller {} specified multiple times", controller)};
      }
      paths.emplace_back(controller, path);
    }
  }
  return paths;
}

cgroup::Entry exec_entry(const cgroup::Manager& manager, const std::vector<std::string>& options, pid_t init) {
  const auto sub = parse_exec_cgroups(options);
  if (!sub.empty()) return manager.entry(sub);
  return manager.exists() ? manager.entry() : manager.entry_beside(init);
}

}  // namespace corten::container
