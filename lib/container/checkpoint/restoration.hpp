// SPDX-License-Identifier: Apache-2.0
// Restores a container from a checkpoint.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "checkpoint/criu.hpp"
#include "container/checkpoint/checkpoint_files.hpp"
#include "container/checkpoint/criu_mounts.hpp"
#include "container/create/new_container.hpp"

namespace corten::container {

class Restoration {
 public:
  Restoration(NewContainer& container, const checkpoint::Options& options)
      : container_{container}, blueprint_{container.blueprint}, options_{options} {}

  /// Prepares cgroup, namespaces and mounts, and has CRIU restore the processes. They run then, and state.json names init.
  void make();

 private:
  void restore(const CheckpointDirectories& directories);
  [[nodiscard]] checkpoint::RestoreFacts facts(const UniqueFd& images, const CriuMounts& stage) const;
  void open_in_child(const process::Channel& channel) const;
  void on_notify(const checkpoint::Response& notification, std::vector<UniqueFd> fds);
  void set_up_namespaces(pid_t pid);
  void set_what_is_inherited() const;
  void check_mounts_restored();
  void hand_over_console();
  void record(pid_t pid);

  NewContainer& container_;
  const Blueprint& blueprint_;
  const checkpoint::Options& options_;
  std::vector<checkpoint::SavedMount> mounts_;
  checkpoint::Keys keys_ = checkpoint::Keys::indices;
  std::vector<spec::ThreadSettings> settings_;
  UniqueFd config_;                  // more options for CRIU
  std::vector<UniqueFd> terminals_;  // masters of terminals that are used outside of the container
};

}  // namespace corten::container
