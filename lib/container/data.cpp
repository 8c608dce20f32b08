// SPDX-License-Identifier: Apache-2.0
#include "container/data.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "base/log.hpp"
#include "base/named_table.hpp"
#include "base/text.hpp"
#include "config/process.hpp"
#include "container/rdt.hpp"
#include "container/turn.hpp"
#include "process/hold.hpp"
#include "process/hooks.hpp"
#include "sys/file.hpp"
#include "sys/pidfd.hpp"
#include "sys/process_stat.hpp"

namespace corten::container {
namespace {

using namespace std::chrono_literals;

constexpr auto drivers = named_table<cgroup::Driver>({
    {"files", cgroup::Driver::files},
    {"systemd", cgroup::Driver::systemd},
    {"disabled", cgroup::Driver::disabled},
});

constexpr auto statuses = named_table<Status>({
    {"creating", Status::creating},
    {"created", Status::created},
    {"running", Status::running},
    {"paused", Status::paused},
    {"stopped", Status::stopped},
});

}  // namespace

std::string_view name_of(Status status) { return statuses.name_of(status); }

cgroup::Driver parse_driver(std::string_view name) {
  const auto driver = drivers.find(name);
  if (!driver) throw Error{fmt::format("state.json: cgroup driver {} is not known", quote(name))};
  return *driver;
}

std::string_view name_of(cgroup::Driver driver) { return drivers.name_of(driver); }

bool init_alive(const spec::SavedState& saved) {
  if (saved.init_pid <= 0) return false;
  const auto stat = sys::read_process_stat(saved.init_pid);
  return stat && !stat->dead() && stat->start_time == saved.init_start_time;
}

std::unique_ptr<cgroup::Manager> open_cgroup(const spec::SavedState& saved) {
  return cgroup::open_manager(parse_driver(saved.cgroup_driver), saved.cgroup_paths, saved.rootless, saved.cgroup_unit);
}

Status status_of(const spec::SavedState& saved, const std::function<bool()>& waits) {
  if (saved.init_pid == 0) return Status::creating;
  if (!init_alive(saved)) return Status::stopped;
  const bool not_started = waits();
  if (open_cgroup(saved)->freezer_state() == cgroup::FreezerState::frozen) return Status::paused;
  return not_started ? Status::created : Status::running;
}

std::unique_ptr<cgroup::Manager> Container::Data::cgroup() const { return open_cgroup(saved); }

Status Container::Data::status() const {
  return status_of(saved, [this] { return process::waits_for_start(directory.fd(), process::start_socket_name); });
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

spec::State Container::Data::state(Status now) const { return make_state(saved, now); }

void destroy(StateDir& directory, const spec::SavedState& saved, cgroup::Manager& manager) {
  manager.remove();
  rdt::remove_group(rdt_group(saved));
  directory.remove();
  if (saved.poststop.empty()) return;
  const auto state = spec::hook_state_json(make_state(saved, Status::stopped));
  for (const auto& hook : config::plan_hooks(saved.poststop)) {
    try {
      process::run_hook(hook, state);
    } catch (const Error& error) {
      log::warn(fmt::format("error running poststop hook: {}", error.what()));
    }
  }
}

namespace {

constexpr auto end_limit = 10s;

void end_init(pid_t init, cgroup::Manager* manager) {
  // A frozen process does not die (v1).
  if (manager != nullptr && manager->freezer_state() == cgroup::FreezerState::frozen) manager->thaw();
  if (!sys::end_child(init, end_limit)) log::warn(fmt::format("container init (process {}) still running", init));
}

}  // namespace

void take_back(pid_t init, StateDir& directory, const spec::SavedState& saved, cgroup::Manager* manager) noexcept {
  try {
    if (init > 0) end_init(init, manager);
    if (manager != nullptr) return destroy_if_there(directory, saved, *manager);
    wait_for_turn(directory);
    if (directory.still_there()) directory.remove();
  } catch (const std::exception& error) {
    log::warn(fmt::format("clearing what was made of the container: {}", error.what()));
  }
}

}  // namespace corten::container
