// SPDX-License-Identifier: Apache-2.0
// A group that belongs to no container.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "corten/usage.hpp"
#include "rdt/resctrl.hpp"

namespace corten::rdt {

class Lone {
 public:
  /// The group of `plan` in the resctrl file system at `root`. Nothing is made yet.
  Lone(std::string root, Plan plan);

  /// Makes the group where it is not there, with its schemata, then moves `pid` in. Where a step fails, what it made is gone again.
  void add(pid_t pid);

  /// The calls below throw an Error of kind `not_found` while there is no such group.
  void set(const std::vector<std::string>& schemata) const;
  [[nodiscard]] resources::RdtStatistics statistics() const;

  /// Removes the group, or the monitoring group alone where that is all that is its own; what is not there is fine.
  void remove() const { remove_group(group_); }

  [[nodiscard]] const std::string& path() const { return group_.path; }

 private:
  void check_there() const;

  std::string root_;
  Plan plan_;
  Group group_;
};

}  // namespace corten::rdt
