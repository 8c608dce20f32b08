// SPDX-License-Identifier: Apache-2.0
// A cgroup and all below it, visited by descriptor with one open at a time: a container may nest its cgroups deeper than a
// path, the stack or the limit on open files reaches.
#pragma once

#include <string>

#include "base/unique_fd.hpp"

namespace corten::cgroup {

class Visitor {
 public:
  virtual ~Visitor() = default;

  /// `directory` is open for reading; its children come after it.
  virtual void enter(int directory) = 0;

  /// Before child `name` of `parent` is opened; with false it is passed over.
  [[nodiscard]] virtual bool wants(int parent, const std::string& name) = 0;

  /// After child `name` of `parent`, and all below it.
  virtual void leave(int parent, const std::string& name) = 0;
};

/// Visits `directory` and all below it. False where a cgroup was removed while the walk was in it, so that it could not go on.
[[nodiscard]] bool walk(UniqueFd directory, Visitor& visitor);

}  // namespace corten::cgroup
