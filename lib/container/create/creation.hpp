// SPDX-License-Identifier: Apache-2.0
// Creates a container: from its blueprint to an init that is ready for execve.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "container/create/new_container.hpp"
#include "process/spawn.hpp"

namespace corten::container {

class Creation {
 public:
  /// `container` has a stage.
  explicit Creation(NewContainer& container)
      : container_{container}, blueprint_{container.blueprint}, stage_{*container.stage} {}

  /// Has the stage become the container's init, and serves it until it is ready. Then state.json names it.
  void make();

  /// `create`: init waits for `start`. `run`: init executes the process, or its failure is thrown. Until then the process does
  /// not run, so that the commands it triggers find the container.
  void keep_waiting();
  void finish_start();

 private:
  template <class Step>
  void with_reason(Step&& step);
  void make_it();
  void make_cgroup();
  void delegate();
  [[nodiscard]] process::NamespaceRequest namespace_request();
  [[nodiscard]] bool can_send_plan_early() const;
  void spawn();
  void set_oom_score(pid_t pid) const;
  [[nodiscard]] bool await_init(bool starts_in_cgroup);
  void forgo_groups();
  void limit();
  void on_init_cloned();
  [[nodiscard]] std::string state_inside(Status status) const;
  void move_interfaces();
  [[nodiscard]] process::InitHandover handover();
  void send_plan();
  void serve_init();
  void serve_until_ready();
  void run_parent_hooks();
  void send_source(std::string_view payload);

  NewContainer& container_;
  const Blueprint& blueprint_;
  process::Stage& stage_;
  cgroup::Entry entry_;  // what of it has not been handed over
  bool set_groups_ = true;
  bool clones_again_ = false;  // see process::CloneReport
};

}  // namespace corten::container
