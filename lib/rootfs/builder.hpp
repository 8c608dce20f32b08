// SPDX-License-Identifier: Apache-2.0
// What the steps of prepare() share.
#pragma once

#include "base/unique_fd.hpp"
#include "rootfs/plan.hpp"
#include "rootfs/state.hpp"

namespace corten::rootfs {

struct Builder {
  const Plan& plan;
  const SourceRequest& request;
  State& state;
  int pid_namespace = -1;  // that a procfs shows, where it is not the caller's

  [[nodiscard]] int root() const { return state.root.get(); }
};

/// The host's /proc/self/fd, opened once, before the root is changed.
[[nodiscard]] int host_descriptors(State& state);

/// Another descriptor of the same file.
[[nodiscard]] UniqueFd duplicate(const UniqueFd& fd);

}  // namespace corten::rootfs
