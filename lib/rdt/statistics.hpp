// SPDX-License-Identifier: Apache-2.0
// A container's share and use of caches and memory bandwidth.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rdt/resctrl.hpp"

namespace corten::rdt {

struct CacheInfo {
  std::string mask;
  std::uint64_t least_bits = 0, groups = 0;
};

struct BandwidthInfo {
  std::uint64_t granularity = 0, linear_delay = 0, least = 0, groups = 0;
};

struct BandwidthUse {
  std::uint64_t total = 0, local = 0;
};

struct Statistics {
  std::optional<CacheInfo> cache;
  std::optional<BandwidthInfo> bandwidth;
  std::string cache_schema_root, cache_schema, bandwidth_schema_root, bandwidth_schema;
  std::vector<std::string> schemata;
  std::optional<std::vector<BandwidthUse>> bandwidth_use;  // a row a domain: a processor package, mostly
  std::optional<std::vector<std::uint64_t>> cache_use;
};

/// Throws where a file that the kernel announces cannot be read.
[[nodiscard]] Statistics read_statistics(const std::string& root, const Group& group);

}  // namespace corten::rdt
