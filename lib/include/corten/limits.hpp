// SPDX-License-Identifier: Apache-2.0
// Limits that config.json gives and a cgroup takes as they are: the names are those of the runtime-spec (config-linux.md),
// memory in bytes, times in microseconds. What is not set is left alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace corten::resources {

struct Memory {
  std::optional<std::int64_t> limit = {}, reservation = {},
                              swap = {};  // -1: no limit; `swap` counts memory, too, as on cgroup v1
  std::optional<std::uint64_t> swappiness = {};
  std::optional<bool> disable_oom_killer = {};
  bool check_before_update = false;
};

struct Cpu {
  std::optional<std::uint64_t> shares = {}, period = {}, burst = {}, realtime_period = {};
  std::optional<std::int64_t> quota = {}, realtime_runtime = {}, idle = {};
  std::string cpus = {}, mems = {};  // "0-2,7"
};

struct HugepageLimit {
  std::string page_size = {};  // "2MB"
  std::uint64_t limit = 0;
};

struct RdmaLimit {
  std::string device = {};  // "mlx5_1"
  std::optional<std::uint32_t> hca_handles = {}, hca_objects = {};
};

}  // namespace corten::resources
