// SPDX-License-Identifier: Apache-2.0
// How the host's cgroup trees are mounted, and where in them a container's cgroup goes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cgroup/manager.hpp"

namespace corten::cgroup {

inline constexpr std::string_view cgroup_mount = "/sys/fs/cgroup";

/// A mounted v1 hierarchy, or the v2 one of a hybrid tree (its only controller is "").
struct Hierarchy {
  std::vector<std::string> controllers;
  std::string directory;
  bool operator==(const Hierarchy&) const = default;
};

/// The hierarchies that directories of these names below `mount` stand for. Names that are no controller's are skipped,
/// as runc does; the result has the order in which limits are applied.
[[nodiscard]] std::vector<Hierarchy> name_hierarchies(const std::vector<std::string>& names, const std::string& mount);

/// The hierarchies that are mounted below /sys/fs/cgroup. Directory entries and statfs tell; mountinfo, which a busy
/// host fills with thousands of lines, is not read. Symlinks ("cpu" to "cpu,cpuacct") are not followed.
[[nodiscard]] std::vector<Hierarchy> find_hierarchies();

/// True for a hierarchy without limits: one that may be missing, read-only or refuse a process.
[[nodiscard]] bool is_optional(std::string_view controller);

/// The rows of /proc/PID/cgroup: (controller, path), a row each for co-mounted controllers.
[[nodiscard]] Paths parse_proc_cgroup(std::string_view text);

/// Where a cgroup `path` goes on v1. `own` is the caller's, only needed for a relative path.
[[nodiscard]] Paths plan_legacy_paths(const std::vector<Hierarchy>& hierarchies, const Paths& own,
                                      std::string_view path);

/// Where a cgroup `path` goes on v2.
[[nodiscard]] Paths plan_unified_paths(const std::string& mount, const Paths& own, std::string_view path);

/// /proc/PID/cgroup as paths below the mounts we see: without a cgroup namespace a nested runtime reads there the
/// host's paths, of which its mounts show only a part. `pid` 0 is the caller.
[[nodiscard]] Paths visible_cgroups(pid_t pid, const std::vector<Hierarchy>& hierarchies);

}  // namespace corten::cgroup
