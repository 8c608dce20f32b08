// SPDX-License-Identifier: Apache-2.0
// The JSON documents that leave us: the state of a container, for hooks, `state` and `list`, and the message
// that a seccomp agent receives (runtime-spec: runtime.md "State", config-linux.md "The Container Process State").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "corten/state.hpp"

namespace corten::spec {

/// Compact, as a hook reads it on its standard input: the spec's fields only; pid left out when 0.
[[nodiscard]] std::string hook_state_json(const State& state);

/// Two-space indent, no newline at the end, runc's key order: ociVersion id pid status bundle rootfs created
/// annotations (left out when empty, keys sorted as Go does) owner.
[[nodiscard]] std::string state_json(const State& state);

/// One line, no newline at the end: `list --format json`. "null" when there are none, as runc prints.
[[nodiscard]] std::string state_list_json(const std::vector<State>& states);

/// The ContainerProcessState message for a seccomp agent.
[[nodiscard]] std::string seccomp_agent_json(const State& state, int process_pid, std::string_view metadata);

}  // namespace corten::spec
