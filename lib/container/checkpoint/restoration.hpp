// SPDX-License-Identifier: Apache-2.0
// Restores a container from a checkpoint. Unless commit() was called, the destructor undoes everything.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "checkpoint/criu.hpp"
#include "container/checkpoint/checkpoint_files.hpp"
#include "container/checkpoint/criu_mounts.hpp"
#include "container/create/blueprint.hpp"
#include "container/state/state_dir.hpp"
#include "container/streams/stdio.hpp"
#include "network/move_device.hpp"

namespace corten::container {

class Restoration {
 public:
  Restoration(Blueprint blueprint, const checkpoint::Options& options, StateDir& directory, Stdio& stdio);
  Restoration(const Restoration&) = delete;
  Restoration& operator=(const Restoration&) = delete;
  Restoration(Restoration&&) = delete;
  Restoration& operator=(Restoration&&) = delete;
  ~Restoration();

  /// Prepares cgroup, namespaces and mounts, and has CRIU restore the processes. They run then, and state.json names init.
  void make();

  void commit() {
    committed_ = true;
    interfaces_.keep();
  }

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] cgroup::Manager& manager() { return *blueprint_.manager; }
  [[nodiscard]] const spec::SavedState& saved() const { return blueprint_.saved; }

 private:
  void restore(const CheckpointDirectories& directories);
  [[nodiscard]] checkpoint::RestoreFacts facts(const UniqueFd& images, const CriuMounts& stage) const;
  void open_in_child(const process::Channel& channel) const;
  void on_notify(const checkpoint::Response& notification, std::vector<UniqueFd> fds);
  void set_up_namespaces(pid_t pid);
  void check_mounts_restored();
  void hand_over_console();
  void record(pid_t pid);
  void undo() noexcept;

  Blueprint blueprint_;
  const checkpoint::Options& options_;
  StateDir& directory_;
  Stdio& stdio_;
  std::vector<checkpoint::SavedMount> mounts_;
  checkpoint::Keys keys_ = checkpoint::Keys::indices;
  std::vector<UniqueFd> terminals_;  // masters of terminals that are used outside of the container
  network::MovedDevices interfaces_;
  pid_t pid_ = 0;
  bool cgroup_made_ = false;
  bool committed_ = false;
};

}  // namespace corten::container
