// SPDX-License-Identifier: Apache-2.0
#include "container/create/new_container.hpp"

#include "container/state/teardown.hpp"
#include "sys/process_stat.hpp"

namespace corten::container {

NewContainer::~NewContainer() {
  if (!committed_) undo();
}

void NewContainer::commit() {
  committed_ = true;
  interfaces.keep();
}

void NewContainer::make_cgroup() {
  manager().create();
  cgroup_made_ = true;
}

bool NewContainer::record_init(pid_t init) {
  pid = init;
  const auto stat = sys::read_process_stat(init);
  saved.init_pid = init;
  if (stat) saved.init_start_time = stat->start_time;
  return stat && !stat->dead();
}

void NewContainer::undo() noexcept {
  interfaces.move_back();  // before their namespace ends with init
  if (init_requested) pid = stage->take_after_failure();
  if (stage) {
    stage->close();
    stage->reap_exited_stages();
  }
  roll_back(pid, directory, saved, cgroup_made_ ? &manager() : nullptr, blueprint.functions.get());
}

}  // namespace corten::container
