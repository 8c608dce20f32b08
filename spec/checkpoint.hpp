// SPDX-License-Identifier: Apache-2.0
// The files that a checkpoint has beside CRIU's images.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/config.hpp"

namespace corten::spec {

/// descriptors.json, which runc has too: what descriptors 0, 1 and 2 of the container's init were, as links of
/// /proc/PID/fd.
inline constexpr const char* descriptors_file = "descriptors.json";
[[nodiscard]] std::string descriptors_json(const std::vector<std::string>& descriptors);
[[nodiscard]] std::vector<std::string> parse_descriptors(std::string_view json);

/// mounts.json, Corten's own: the mounts from outside in the order of their keys, destination and mount point of each.
inline constexpr const char* mounts_file = "mounts.json";
using MountList = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::string mounts_json(const MountList& mounts);
[[nodiscard]] MountList parse_mounts(std::string_view json);

}  // namespace corten::spec
