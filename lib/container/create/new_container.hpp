// SPDX-License-Identifier: Apache-2.0
// A container that is being created or restored, and all that exists of it so far.
#pragma once

#include <sys/types.h>

#include <memory>
#include <utility>

#include "container/create/blueprint.hpp"
#include "container/state/state_dir.hpp"
#include "container/streams/stdio.hpp"
#include "network/move_device.hpp"
#include "process/stage.hpp"

namespace corten::container {

/// Unless commit() was called, the destructor undoes everything: it ends init, and removes the cgroup and the state directory.
class NewContainer {
 public:
  /// `claimed` is its locked state directory (claim_and_keep()). The stage becomes its init; a restore has none.
  NewContainer(Blueprint plan, Stdio streams, StateDir claimed, std::shared_ptr<process::Stage> init_stage)
      : saved{std::move(plan.saved)},
        blueprint{std::move(plan)},
        stdio{std::move(streams)},
        directory{std::move(claimed)},
        stage{std::move(init_stage)} {}
  NewContainer(const NewContainer&) = delete;
  NewContainer& operator=(const NewContainer&) = delete;
  NewContainer(NewContainer&&) = delete;
  NewContainer& operator=(NewContainer&&) = delete;
  ~NewContainer();

  /// The container is complete.
  void commit();

  void make_cgroup();

  /// Records `init` as the container's init in `saved`. False where it has ended.
  bool record_init(pid_t init);

  [[nodiscard]] cgroup::Manager& manager() { return *blueprint.manager; }

  // Its makers, Creation and Restoration, share these.
  spec::SavedState saved;  // what state.json says, or will say next
  const Blueprint blueprint;
  Stdio stdio;
  StateDir directory;
  std::shared_ptr<process::Stage> stage;
  network::MovedDevices interfaces;
  pid_t pid = 0;                // of init, once it is known
  bool init_requested = false;  // there may be an init whose pid is not known yet

 private:
  void undo() noexcept;

  bool cgroup_made_ = false;
  bool committed_ = false;
};

}  // namespace corten::container
