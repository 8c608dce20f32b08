// SPDX-License-Identifier: Apache-2.0
// The memory controller's notifications: v1's come through eventfds that are registered in cgroup.event_control.
#pragma once

#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "cgroup/manager.hpp"

namespace corten::cgroup {

[[nodiscard]] bool is_unified(const Paths& paths);

/// Where memory is counted. Throws "memory controller missing".
[[nodiscard]] std::string memory_directory(const Paths& paths);

/// Throws where `directory`, of state.json, is no cgroup: nothing is to be written there.
void check_cgroup(const std::string& directory);

/// An eventfd of the events of `file` (v1), checked so.
[[nodiscard]] UniqueFd register_event(const std::string& directory, std::string_view file, std::string_view argument);

/// Takes what has come: false where nothing has.
bool take_events(const UniqueFd& events);

/// Whether the cgroup is there: its removal is an event, too (v1).
[[nodiscard]] bool takes_events(const std::string& directory);

}  // namespace corten::cgroup
