// SPDX-License-Identifier: Apache-2.0
// What a loaded Container knows, and the questions that several commands ask of it. Not installed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cgroup/manager.hpp"
#include "container/state_dir.hpp"
#include "corten/container.hpp"
#include "process/channel.hpp"
#include "spec/saved_state.hpp"

namespace corten::container {

struct Container::Data {
  Settings settings;
  std::string id;
  StateDir directory;
  spec::SavedState saved;
  std::optional<spec::Config> config = {};  // once somebody asked for it

  [[nodiscard]] std::unique_ptr<cgroup::Manager> cgroup() const;
  [[nodiscard]] Status status() const;
  [[nodiscard]] spec::State state() const { return state(status()); }
  [[nodiscard]] spec::State state(Status now) const;
};

[[nodiscard]] std::unique_ptr<cgroup::Manager> open_cgroup(const spec::SavedState& saved);

/// `waits` says whether init still waits for `start`; asked only where init is there.
[[nodiscard]] Status status_of(const spec::SavedState& saved, const std::function<bool()>& waits);

/// Is the process that `saved` names there, and no later one with its pid?
[[nodiscard]] bool init_alive(const spec::SavedState& saved);

/// Did the container get a pid namespace of its own? Then its init's end is the end of all.
[[nodiscard]] bool owns_pid_namespace(const spec::SavedState& saved);

[[nodiscard]] cgroup::Driver parse_driver(std::string_view name);
[[nodiscard]] std::string_view name_of(cgroup::Driver driver);

/// Notes in `saved` what a later update must know of `limits`.
void keep_limits(spec::SavedState& saved, const cgroup::Resources& limits);

/// The fields that `state`, `list` and hooks show.
[[nodiscard]] spec::State make_state(const spec::SavedState& saved, Status status);

/// Runs what is left of a container's life: kills what is in its cgroup, removes the cgroup and the state directory, runs
/// poststop hooks (whose failures are warnings: runtime-spec, "Lifecycle", step 13).
void destroy(StateDir& directory, const spec::SavedState& saved, cgroup::Manager& manager);

/// What is left of a container that could not be completed: ends `init`, the caller's child, if there is one. Without a
/// `manager` no cgroup was made: one that was refused is somebody else's.
void take_back(pid_t init, StateDir& directory, const spec::SavedState& saved, cgroup::Manager* manager) noexcept;

}  // namespace corten::container
