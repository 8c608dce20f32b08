// SPDX-License-Identifier: Apache-2.0
// The files that a checkpoint has beside CRIU's images.
#pragma once

#include <cstdint>
#include <optional>
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

/// What CRIU's images do not have of a thread; each only where a restored one would not have it by itself.
struct ThreadSettings {
  int pid = 0;       // in the container's pid namespace
  std::string cpus;  // the affinity, as the kernel lists it
  std::optional<int> io_priority;
  std::optional<std::uint64_t> timer_slack;
  std::optional<std::uint32_t> core_dump_filter;
  std::optional<std::uint32_t> utilization_min, utilization_max;
  bool operator==(const ThreadSettings&) const = default;
};

/// settings.json, Corten's own.
inline constexpr const char* settings_file = "settings.json";
[[nodiscard]] std::string settings_json(const std::vector<ThreadSettings>& threads);
[[nodiscard]] std::vector<ThreadSettings> parse_settings(std::string_view json);

}  // namespace corten::spec
