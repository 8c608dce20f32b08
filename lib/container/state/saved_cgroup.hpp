// SPDX-License-Identifier: Apache-2.0
// What state.json keeps of a container's cgroup.
#pragma once

#include <memory>
#include <string_view>

#include "cgroup/manager.hpp"
#include "spec/saved_state.hpp"

namespace corten::container {

[[nodiscard]] std::unique_ptr<cgroup::Manager> open_cgroup(const spec::SavedState& saved);

/// Throws for a name that is not known.
[[nodiscard]] cgroup::Driver parse_driver(std::string_view name);
[[nodiscard]] std::string_view name_of(cgroup::Driver driver);

/// Saves those of `limits` that a later update starts from, and reads them.
void keep_limits(spec::SavedState& saved, const cgroup::Resources& limits);
[[nodiscard]] cgroup::Resources kept_limits(const spec::SavedState& saved);

}  // namespace corten::container
