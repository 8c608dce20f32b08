// SPDX-License-Identifier: Apache-2.0
#include "container/state/status.hpp"

#include <algorithm>

#include "base/named_table.hpp"
#include "cgroup/manager.hpp"
#include "container/state/saved_cgroup.hpp"
#include "process/start_socket.hpp"
#include "sys/process_stat.hpp"

namespace corten::container {
namespace {

constexpr auto statuses = named_table<Status>({
    {"creating", Status::creating},
    {"created", Status::created},
    {"running", Status::running},
    {"paused", Status::paused},
    {"stopped", Status::stopped},
});

}  // namespace

std::string_view name_of(Status status) { return statuses.name_of(status); }

bool init_alive(const spec::SavedState& saved) {
  if (saved.init_pid <= 0) return false;
  const auto stat = sys::read_process_stat(saved.init_pid);
  return stat && !stat->dead() && stat->start_time == saved.init_start_time;
}

Status status_of(const spec::SavedState& saved, const std::function<bool()>& waits) {
  if (saved.init_pid == 0) return Status::creating;
  if (!init_alive(saved)) return Status::stopped;
  const bool not_started = waits();
  if (open_cgroup(saved)->freezer_state() == cgroup::FreezerState::frozen) return Status::paused;
  return not_started ? Status::created : Status::running;
}

Status status_in(const StateDir& directory, const spec::SavedState& saved) {
  return status_of(saved, [&] { return process::waits_for_start(directory.fd(), process::start_socket_name); });
}

bool owns_pid_namespace(const spec::SavedState& saved) {
  return std::any_of(saved.namespace_paths.begin(), saved.namespace_paths.end(),
                     [](const auto& ns) { return ns.first == "pid" && ns.second.empty(); });
}

spec::State make_state(const spec::SavedState& saved, Status status) {
  spec::State state;
  state.oci_version = saved.oci_version;
  state.id = saved.id;
  state.status = name_of(status);
  state.pid = status == Status::stopped ? 0 : saved.init_pid;
  state.bundle = saved.bundle;
  state.annotations = saved.annotations;
  state.rootfs = saved.rootfs;
  state.created = saved.created;
  return state;
}

}  // namespace corten::container
