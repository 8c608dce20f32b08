// SPDX-License-Identifier: Apache-2.0
#include "cgroup/disk_weights.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <vector>

#include "base/log.hpp"
#include "cgroup/files.hpp"
#include "cgroup/layout.hpp"
#include "sys/file.hpp"

namespace corten::cgroup {

bool weights_have_effect(const std::string& disks, const std::string& hierarchy) {
  const auto directory = sys::try_open_at(AT_FDCWD, disks, O_RDONLY | O_DIRECTORY);
  for (const auto& disk : directory ? sys::names_in(directory->get(), disks) : std::vector<std::string>{}) {
    const auto scheduler = read_if_exists(fmt::format("{}/{}/queue/scheduler", disks, disk)).value_or("");
    if (scheduler.find("[bfq]") != std::string::npos) return true;
  }
  // A line a disk: "8:0 enable=1 ctrl=auto ...".
  const auto cost = read_if_exists(hierarchy + "/io.cost.qos").value_or("");
  return cost.find(" enable=1") != std::string::npos;
}

void warn_of_unused_weights() {
  if (weights_have_effect("/sys/block", std::string{cgroup_mount})) return;
  log::warn(
      "linux.resources.blockIO: weights have no effect without a disk that uses the scheduler BFQ or io.cost, and "
      "none is seen here that does (/sys/block/*/queue/scheduler, io.cost.qos)");
}

}  // namespace corten::cgroup
