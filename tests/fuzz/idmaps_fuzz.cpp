// SPDX-License-Identifier: Apache-2.0
// The id mappings of a bundle, from hostile bytes: what is let through has no id twice, none beyond the last, on either
// side. The kernel would refuse such maps one by one, but devices, mounts and ownership are planned from them before.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "config/namespaces.hpp"
#include "spec/config.hpp"

namespace {

using namespace corten;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Whether the ranges [begin, begin + size), taken by their ends, meet nowhere.
void require_apart(const std::vector<spec::IdMapping>& maps, std::uint32_t spec::IdMapping::*side) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const auto& map : maps) ranges.emplace(map.*side, std::uint64_t{map.*side} + map.size);
  require(ranges.size() == maps.size());
  std::uint64_t end = 0;
  for (const auto& [from, to] : ranges) {
    require(from >= end && to > from && to <= 0xFFFFFFFF);
    end = to;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  try {
    const auto config = spec::parse_config(R"({"linux":{"uidMappings":)" + text + "}}");
    if (!config.platform) return 0;
    config::check_id_mappings(config.platform->uid_mappings, "linux.uidMappings");
    require_apart(config.platform->uid_mappings, &spec::IdMapping::container_id);
    require_apart(config.platform->uid_mappings, &spec::IdMapping::host_id);
  } catch (const Error& error) {
    require(!error.message().empty());
  }
  return 0;
}
