// SPDX-License-Identifier: Apache-2.0
#include "cgroup/below.hpp"

#include <fmt/core.h>

#include <vector>

#include "base/error.hpp"
#include "cgroup/files_manager.hpp"
#include "cgroup/tree.hpp"
#include "cgroup/v2/tree.hpp"
#include "cgroup/write.hpp"

namespace corten::cgroup {

void check_below(const Plan& plan) {
  if (plan.driver == Driver::disabled)
    throw Error{"annotations[\"run.oci.delegate-cgroup\"] needs cgroups, which are disabled"};
  if (host_layout() != Layout::unified)
    throw Error{"annotations[\"run.oci.delegate-cgroup\"] needs cgroup v2: on v1 no cgroup can be given away safely"};
}

void move_below(const Plan& plan, const Paths& paths, const std::string& below, pid_t pid) {
  with_context(apply_step, [&] {
    const auto own = main_directory(paths);
    if (own.empty()) throw Error{fmt::format("the container has no cgroup for {} to be below it", below)};
    const auto directory = own + "/" + below;
    std::vector<std::string> made;
    make_directories(directory, made);
    if (const int code = try_add(directory, pid); code != 0)
      throw_errno(fmt::format("moving process {} to {}", pid, directory), code);
    enable_controllers(own, directory, false);
    if (!plan.owner_uid) return;
    for (const auto& one : made) delegate(one, *plan.owner_uid);
  });
}

}  // namespace corten::cgroup
