// SPDX-License-Identifier: Apache-2.0
// Additional groups of a process, as they are written on a command line.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace corten::cmd {

/// Throws where one is no id.
[[nodiscard]] std::vector<gid_t> groups_of(const std::vector<std::int64_t>& numbers);

}  // namespace corten::cmd
