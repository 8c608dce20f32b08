// SPDX-License-Identifier: Apache-2.0
// Finding containers, and what is done to them once they are there: kill, delete, pause, resume.
#include <fmt/core.h>
#include <signal.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>

#include "api/container.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "cgroup/checked.hpp"
#include "container/container_data.hpp"
#include "container/state/kept_config.hpp"
#include "container/state/recover.hpp"
#include "container/state/saved_cgroup.hpp"
#include "container/state/status.hpp"
#include "container/state/teardown.hpp"
#include "container/state/turn.hpp"
#include "sys/pidfd.hpp"
#include "sys/process_stat.hpp"

namespace corten::container {
namespace {

using namespace std::chrono_literals;

constexpr auto kill_limit = 10s;  // runc polls 100 times, every 100 ms

/// A pidfd of init, checked to be of that very process.
std::optional<UniqueFd> open_init(const spec::SavedState& saved) {
  if (saved.init_pid <= 0) return std::nullopt;
  auto pidfd = sys::open_pidfd(saved.init_pid);
  // Checked after opening: from here on the descriptor stays with this process.
  if (!pidfd || !init_alive(saved)) return std::nullopt;
  return pidfd;
}

void kill_and_wait(const spec::SavedState& saved, cgroup::Manager& manager, bool own_pid_namespace) {
  const auto init = open_init(saved);
  if (!own_pid_namespace) manager.kill_all(SIGKILL);
  if (!init) return;
  sys::send_signal(*init, SIGKILL);
  if (manager.freezer_state() == cgroup::FreezerState::frozen) manager.thaw();  // a frozen process does not die (v1)
  if (!sys::wait_ended(*init, std::chrono::duration_cast<std::chrono::milliseconds>(kill_limit))) {
    throw Error{"container init still running"};
  }
}

[[noreturn]] void throw_absent() { throw Error{"container does not exist", ENOENT, ErrorKind::not_found}; }

/// Of a container whose state is of no use: takes what is surely its own, and says what it left.
void remove_proven(const Settings& settings, StateDir& directory, const Error& problem,
                   const HookFunctions* functions) {
  auto found = recover(settings, directory);
  const auto manager = open_cgroup(found.saved);
  kill_and_wait(found.saved, *manager, false);
  destroy(directory, found.saved, *manager, functions);
  const auto left = found.left.empty() ? std::string{} : "; left: " + join(found.left, "; ");
  log::warn(fmt::format("container {} is removed, although its state is of no use ({}){}", found.saved.id,
                        problem.message(), left));
}

/// The cgroup of `saved`; throws where it does not name one.
std::unique_ptr<cgroup::Manager> open_checked_cgroup(const spec::SavedState& saved) {
  auto manager = open_cgroup(saved);
  cgroup::check_paths(manager->paths());
  return manager;
}

/// Removes the container, whose directory is locked.
void remove_locked(Container::Data& data, bool force) {
  auto& directory = data.directory;
  const auto& saved = data.saved;
  std::unique_ptr<cgroup::Manager> manager;
  try {
    manager = open_checked_cgroup(saved);
  } catch (const Error& error) {
    if (force) return remove_proven(data.settings, directory, error, data.functions.get());
    throw Error{fmt::format("{}; with --force what is surely the container's is removed", error.message())};
  }
  const auto now = status_in(directory, saved);
  const bool in_making = now == Status::creating && directory.is_being_made();
  if (!force && (now == Status::running || now == Status::paused || in_making)) {
    throw Error{fmt::format("cannot delete container {} that is not stopped: {}", saved.id, name_of(now)),
                ErrorKind::running};
  }
  if (now != Status::stopped) kill_and_wait(saved, *manager, owns_pid_namespace(saved));
  destroy(directory, saved, *manager, data.functions.get());
}

}  // namespace

Container::Container(std::unique_ptr<Data> data) : data_{std::move(data)} {}
Container::Container(Container&&) noexcept = default;
Container& Container::operator=(Container&&) noexcept = default;
Container::~Container() = default;

Container Container::load(const Settings& settings, const std::string& id) {
  auto directory = StateDir::open(settings.root, id);
  auto saved = directory.read();
  if (!saved) throw_absent();
  return Container{std::make_unique<Data>(Data{settings, id, std::move(directory), std::move(*saved)})};
}

Status Container::status() const { return data_->status(); }
const std::string& Container::id() const { return data_->id; }
const spec::Config& Container::config() const {
  auto& config = data_->config;
  if (!config) config = kept_config(data_->directory);
  if (!config) config = spec::parse_config(read_config(data_->saved.bundle));
  return *config;
}

spec::State Container::state() const { return data_->state(); }  // its owner is for `list`, as in runc

std::vector<pid_t> Container::processes() const { return data_->cgroup()->processes(); }

void Container::kill(int signal, bool all) {
  const bool own_pid_namespace = owns_pid_namespace(data_->saved);
  auto manager = data_->cgroup();
  if (signal == SIGKILL && !own_pid_namespace && manager->exists()) {
    if (!init_alive(data_->saved) && manager->processes().empty() && !all)
      throw Error{"container not running", ErrorKind::not_running};
    with_context("unable to kill all processes", [&] { manager->kill_all(SIGKILL); });
    return;
  }
  const auto init = open_init(data_->saved);
  if (!init || !sys::send_signal(*init, signal)) {
    if (all) return;
    throw Error{"container not running", ErrorKind::not_running};
  }
  if (signal == SIGKILL && manager->freezer_state() == cgroup::FreezerState::frozen) manager->thaw();
}

void Container::remove(bool force) {
  auto& directory = data_->directory;
  if (force && !directory.try_lock()) {
    // Whoever made it still works on it: without its init, which is in the cgroup before state.json names it, it gives up
    // and clears away.
    const auto init = open_init(data_->saved);
    if (init) sys::send_signal(*init, SIGKILL);
    if (data_->saved.init_pid == 0) data_->cgroup()->kill_all(SIGKILL);
  }
  directory.lock();
  std::optional<spec::SavedState> saved;
  if (directory.still_there()) {
    try {
      saved = directory.read();
    } catch (const Error& error) {
      if (force) return remove_proven(data_->settings, directory, error, data_->functions.get());
      throw;
    }
    if (!saved) directory.remove();  // of a delete that was killed
  }
  if (!saved && force) return;
  if (!saved) throw_absent();
  data_->saved = std::move(*saved);
  remove_locked(*data_, force);
}

void Container::remove_ended() {
  if (!data_->manager) data_->manager = data_->cgroup();
  destroy_if_there(data_->directory, data_->saved, *data_->manager, data_->functions.get());
}

void Container::pause() {
  const auto now = data_->status();
  if (now != Status::running && now != Status::created) throw Error{"container not running", ErrorKind::not_running};
  data_->cgroup()->freeze();
}

void Container::resume() {
  if (data_->status() != Status::paused) throw Error{"container not paused", ErrorKind::not_paused};
  data_->cgroup()->thaw();
}

void remove_leftovers(const Settings& settings, const std::string& id) {
  auto directory = StateDir::try_open(settings.root, id);
  if (!directory) return;
  // Before the lock it may be one that is just being made.
  directory->lock();
  if (!directory->still_there()) return;
  try {
    if (directory->read()) throw Error{"container with given ID already exists", EEXIST, ErrorKind::exists};
  } catch (const Error& error) {
    if (error.code() == EEXIST || error.kind() == ErrorKind::foreign) throw;
    return remove_proven(settings, *directory, error, nullptr);
  }
  directory->remove();
}

}  // namespace corten::container
