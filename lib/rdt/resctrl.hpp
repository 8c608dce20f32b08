// SPDX-License-Identifier: Apache-2.0
// Intel RDT through the kernel's resctrl file system. `root` is where that is mounted.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rdt/plan.hpp"

namespace corten::rdt {

/// The group of a container, as state.json keeps it. An empty path: none.
struct Group {
  std::string path, monitor_path;
  bool created = false;  // made for the container, and removed with it
};

/// Where resctrl is mounted: /sys/fs/resctrl, or as mountinfo says; nothing where it is not.
[[nodiscard]] std::optional<std::string> find_root();
[[nodiscard]] std::optional<std::string> root_in(std::string_view mountinfo);

/// Cache allocation (CAT) and memory bandwidth allocation (MBA) can each be switched off in the kernel.
[[nodiscard]] bool allocates_cache(const std::string& root);
[[nodiscard]] bool allocates_bandwidth(const std::string& root);
/// So can be the measuring of what is used (CMT, MBM).
[[nodiscard]] bool monitors(const std::string& root);

/// The group of `plan`, which is not made yet.
[[nodiscard]] Group plan_group(const std::string& root, const Plan& plan);

/// Makes the group's directories; those that are there are fine. Throws where the plan has no schemata for a group that is shared
/// and not there.
void make_directories(const std::string& root, const Group& group, const Plan& plan);

/// Makes the group, moves `pid` in and sets the schemata. Errors have the text of info/last_cmd_status.
void make_group(const std::string& root, const Group& group, const Plan& plan, pid_t pid);

/// Moves `pid` in, if the group still exists.
void add_process(const std::string& root, const Group& group, pid_t pid);

/// Writes `lines` ("L3:0=ff", "MB:0=50") to the group at `path`.
void set_schemata(const std::string& root, const std::string& path, const std::vector<std::string>& lines);

/// The lines of the group at `path`.
[[nodiscard]] std::vector<std::string> schemata_of(const std::string& path);

/// Removes the container's own group, if it exists.
void remove_group(const Group& group);

}  // namespace corten::rdt
