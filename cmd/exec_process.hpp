// SPDX-License-Identifier: Apache-2.0
// The options of `exec` that change the process.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/plan.hpp"

namespace corten::cmd {

struct ProcessOptions {
  config::ProcessChanges changes = {};  // but user and groups, whose options are text and numbers that may be no ids
  std::string user = {};                // UID[:GID]
  std::vector<std::int64_t> additional_gids = {};
};

/// Throws on ids that are no numbers.
[[nodiscard]] config::ProcessChanges parse_changes(const ProcessOptions& options);

}  // namespace corten::cmd
