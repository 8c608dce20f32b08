// SPDX-License-Identifier: Apache-2.0
// A copy of config.json in the state directory: changes of the bundle have no effect on a created container (runtime-spec,
// "Lifecycle").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/container.hpp"
#include "container/state/state_dir.hpp"
#include "spec/config.hpp"

namespace corten::container {

/// Claims `id` as StateDir::create() does, and keeps `document`, the text of config.json, there.
[[nodiscard]] StateDir claim_and_keep(const Settings& settings, const std::string& id, std::string_view document);

/// The kept configuration. Nothing where no text was given, or an earlier version, which kept none, made the container.
[[nodiscard]] std::optional<spec::Config> kept_config(const StateDir& directory);

}  // namespace corten::container
