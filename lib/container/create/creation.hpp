// SPDX-License-Identifier: Apache-2.0
// Creates a container: from its blueprint to an init that is ready for execve. Unless commit() was called, the destructor
// undoes everything.
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

  /// Has the stage become the container's init, and serves it until it is ready. Then state.json names it.
  void make();

  /// `create`: init waits for `start`. `run`: init executes the process, or its failure is thrown. Until then the process does
  /// not run, so that the commands it triggers find the container.
  void keep_waiting();
  void finish_start();

  /// The container is complete, and is not undone any more.
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
  [[nodiscard]] bool can_send_plan_early() const;
  void spawn();
  void set_oom_score(pid_t pid) const;
  void await_init();
  void limit();
  void limit_tasks();
  void record_init(pid_t pid);
  void on_init_cloned(std::string_view payload);
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
  bool requested_ = false;     // the request has been sent: there may be an init whose pid is not known yet
  bool clones_again_ = false;  // see process::CloneReport
  bool cgroup_made_ = false;
  bool committed_ = false;
};

}  // namespace corten::container
