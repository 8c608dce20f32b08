// SPDX-License-Identifier: Apache-2.0
// The config.json that a container is made from, kept in its state directory: once a container has been created, changes of
// its bundle have no effect on it (runtime-spec, "Lifecycle").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "container/state/state_dir.hpp"
#include "spec/config.hpp"

namespace corten::container {

/// Claims `id` as StateDir::create() does, and keeps `document`, the text of config.json, there.
[[nodiscard]] StateDir claim_and_keep(const std::string& root, const std::string& id, std::string_view document);

/// The kept configuration; nothing where no text was given, and of an earlier version, which kept none.
[[nodiscard]] std::optional<spec::Config> kept_config(const StateDir& directory);

}  // namespace corten::container
