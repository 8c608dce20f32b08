// SPDX-License-Identifier: Apache-2.0
// What a loaded Container knows. Not installed.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/container.hpp"
#include "cgroup/manager.hpp"
#include "container/state/state_dir.hpp"
#include "spec/config.hpp"
#include "spec/saved_state.hpp"
#include "spec/state.hpp"

namespace corten::container {

struct Container::Data {
  Settings settings;
  std::string id;
  StateDir directory;
  spec::SavedState saved;
  std::optional<spec::Config> config = {};        // once it has been asked for
  std::shared_ptr<cgroup::Manager> manager = {};  // of a container that this process has made
  std::shared_ptr<const HookFunctions> functions = {};

  [[nodiscard]] std::unique_ptr<cgroup::Manager> cgroup() const;
  [[nodiscard]] Status status() const;
  [[nodiscard]] spec::State state() const { return state(status()); }
  [[nodiscard]] spec::State state(Status now) const;
};

}  // namespace corten::container
