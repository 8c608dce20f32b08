// SPDX-License-Identifier: Apache-2.0
// A cgroup that is a unit of systemd's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cgroup/files_manager.hpp"
#include "systemd/units.hpp"

namespace corten::cgroup {

struct UnitOptions {
  std::string unit;
  Layout layout = Layout::unified;
  bool rootless = false;
  std::optional<std::vector<systemd::Property>> new_unit;  // of one that is to be made, but for its first process
  std::unique_ptr<systemd::Units> units;
  std::unique_ptr<FilesManager> files;  // for the unit's cgroup
};

/// A unit of systemd's.
[[nodiscard]] std::unique_ptr<Manager> make_systemd_manager(UnitOptions options);

}  // namespace corten::cgroup
