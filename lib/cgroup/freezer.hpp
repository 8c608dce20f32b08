// SPDX-License-Identifier: Apache-2.0
// The two freezers: v1's is a hierarchy, where freezing must be retried; v2's is a file, and cgroup.events shows the result.
#pragma once

#include <chrono>
#include <exception>
#include <string>

#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "cgroup/manager.hpp"

namespace corten::cgroup {

/// Freezes all processes of v1 freezer cgroup `directory`; on any failure it is thawed again.
void freeze_legacy(const std::string& directory);
void thaw_legacy(const std::string& directory);
[[nodiscard]] FreezerState freezer_state_legacy(const std::string& directory);

/// Freezes all processes of v2 cgroup `directory`; on any failure it is thawed again.
void freeze_unified(const std::string& directory);
void thaw_unified(const std::string& directory);
[[nodiscard]] FreezerState freezer_state_unified(const std::string& directory);

/// Waits until cgroup.events of v2 cgroup `directory` says "KEY VALUE" (or the cgroup is gone); false when it did not
/// within `patience`.
[[nodiscard]] bool await_event(const std::string& directory, const std::string& key, unsigned value,
                               std::chrono::milliseconds patience);

/// Runs `action`, a freeze or a thaw, whose failure is a warning.
template <class Action>
void try_freezer(Action&& action) noexcept {
  try {
    action();
  } catch (const std::exception& error) {
    log::warn(error.what());
  }
}

/// Runs `action` while the cgroup is frozen, as far as that can be done; it ends as it was.
template <class Action>
void while_frozen(Manager& manager, Action&& action) {
  const bool freezes = manager.freezer_state() == FreezerState::thawed;
  if (freezes) try_freezer([&] { manager.freeze(); });
  const ScopeExit thaw_again{[&] {
    if (freezes) try_freezer([&] { manager.thaw(); });
  }};
  action();
}

}  // namespace corten::cgroup
