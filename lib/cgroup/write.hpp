// SPDX-License-Identifier: Apache-2.0
// A value for a cgroup file: limits are planned as lists of these, and written here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cgroup/manager.hpp"

namespace corten::cgroup {

struct Write {
  std::string controller;  // whose limit this is; on v1 also which hierarchy
  std::string file, value;
  // For a file with a line a device: how the line of this one starts, and the value it has when there is no such line.
  std::string key = {}, reset = {};
  // The same for another scheduler of disks: both are written. One of the files may be missing, and a disk may not go by one or
  // by both (EOPNOTSUPP).
  std::string other_file = {}, other_value = {};
  bool optional = false;  // a missing file is fine
  bool again = false;     // when refused with EINVAL, tried once more after all others: values that bound one another
                          // (quota and period, memory and memory+swap) can grow and shrink so in one order
  bool verified = false;  // read back once all are written: the kernel takes values that it does not use
  bool operator==(const Write&) const = default;
};

/// The file of v2 that makes CPUs the cgroup's own.
inline constexpr std::string_view partition_file = "cpuset.cpus.partition";

/// Carries out `writes` in the cgroup at `paths`, in order. The first failure names limit, file, value and errno; with
/// `undo` the files written before it get their old values back.
void apply_writes(const std::vector<Write>& writes, const Paths& paths, bool undo);

/// The directory of `controller` in `paths`, or empty; on v2 all controllers have the one directory.
[[nodiscard]] std::string directory_of(const Paths& paths, std::string_view controller);

/// The directory that stands for all in `paths` where one answer is enough, or empty.
[[nodiscard]] std::string main_directory(const Paths& paths);

}  // namespace corten::cgroup
