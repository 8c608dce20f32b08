// SPDX-License-Identifier: Apache-2.0
// A cgroup that belongs to no container: programs make one, or open one that is there, by its path.
#pragma once

#include <sys/types.h>

#include <memory>
#include <vector>

#include "cgroup/manager.hpp"

namespace corten::cgroup {

class Lone {
 public:
  /// Makes the cgroup of `plan`, those above it that are missing, and its limits. systemd makes no cgroup without a process:
  /// there all of that waits for add(). Throws an Error of kind `exists` where a hierarchy has the cgroup already.
  [[nodiscard]] static Lone make(const Plan& plan);

  /// The cgroup that `plan` names, in those hierarchies that have it. Throws an Error of kind `not_found` where none has, and of
  /// kind `invalid_argument` for what is no cgroup, or the root of a hierarchy.
  [[nodiscard]] static Lone open(const Plan& plan);

  /// Moves a process in. Where a hierarchy refuses it, it goes back to where it was.
  void add(pid_t pid);

  /// The processes in it; those of cgroups below are left out, or in.
  [[nodiscard]] std::vector<pid_t> own_processes() const;
  [[nodiscard]] std::vector<pid_t> all_processes() const { return manager_->processes(); }

  /// Removes it and those below. Throws an Error of kind `running` where there are processes, unless `force` has them killed.
  void remove(bool force);

  /// For all else. Throws an Error of kind `not_found` once it is gone, or with systemd before add().
  [[nodiscard]] Manager& manager() const;

  [[nodiscard]] const Paths& paths() const { return manager_->paths(); }
  [[nodiscard]] bool exists() const { return manager_->exists(); }

 private:
  Lone(std::unique_ptr<Manager> manager, bool waits) : manager_{std::move(manager)}, waits_{waits} {}

  std::unique_ptr<Manager> manager_;
  bool waits_;  // for its first process
};

/// Where process `pid` is, by controller, as paths below the mounts: "/user.slice". `pid` 0 is the caller. Throws an Error of
/// kind `not_found` where there is no such process.
[[nodiscard]] Paths cgroups_of(pid_t pid);

}  // namespace corten::cgroup
