// SPDX-License-Identifier: Apache-2.0
// A container coming into being: from its blueprint to an init that is ready for execve. Until commit() everything that
// was made is undone when this object goes.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "container/create/blueprint.hpp"
#include "container/state/state_dir.hpp"
#include "container/streams/stdio.hpp"
#include "network/move_device.hpp"
#include "process/spawn.hpp"

namespace corten::container {

class Creation {
 public:
  Creation(Blueprint blueprint, std::shared_ptr<process::Stage> stage, StateDir& directory, Stdio& stdio);
  Creation(const Creation&) = delete;
  Creation& operator=(const Creation&) = delete;
  Creation(Creation&&) = delete;
  Creation& operator=(Creation&&) = delete;
  ~Creation();

  /// Has the stage become the container's init and serves it until it is ready; then state.json names it.
  void make();

  /// `create`: init waits for `start`. `run`: it goes on, and what stops it from executing the process is thrown. Before that
  /// the process does not run: whatever it sets off finds the container.
  void keep_waiting();
  void finish_start();

  /// From here on the container stays.
  void commit() {
    committed_ = true;
    interfaces_.keep();
  }

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] const Blueprint& blueprint() const { return blueprint_; }
  [[nodiscard]] cgroup::Manager& manager() { return *blueprint_.manager; }
  [[nodiscard]] const spec::SavedState& saved() const { return blueprint_.saved; }

 private:
  template <class Step>
  void with_reason(Step&& step);
  void make_it();
  void make_cgroup();
  [[nodiscard]] process::SpawnRequest request() const;
  [[nodiscard]] bool plans_ahead() const;
  void spawn();
  void set_oom_score(pid_t pid) const;
  void await_init();
  void limit();
  void limit_tasks();
  void know_init(pid_t pid);
  void follow_init(std::string_view payload);
  [[nodiscard]] std::string state_inside(Status status) const;
  void move_interfaces();
  void send_plan();
  void serve_hooks_and_all();
  void serve_until_ready();
  void run_parent_hooks();
  void send_source(std::string_view payload);
  void pass_seccomp_listener(std::string_view payload) const;
  void undo() noexcept;

  Blueprint blueprint_;
  StateDir& directory_;
  Stdio& stdio_;
  std::shared_ptr<process::Stage> stage_;
  cgroup::Entry entry_;
  network::MovedDevices interfaces_;
  pid_t pid_ = 0;
  bool asked_ = false;         // the stage has been told: there may be an init that we do not know yet
  bool clones_again_ = false;  // init is going to, once: see process::CloneReport
  bool cgroup_made_ = false;
  bool committed_ = false;
};

}  // namespace corten::container
