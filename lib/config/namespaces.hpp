// SPDX-License-Identifier: Apache-2.0
// Which namespaces a container makes and which it joins, and the rules that depend on them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "spec/config.hpp"

namespace corten::config {

struct NamespacePlan {
  std::uint64_t created = 0;                                  // clone flags
  std::vector<std::pair<std::uint64_t, std::string>> joined;  // clone flag and path
  std::string time_offsets;                                   // lines for /proc/PID/timens_offsets

  [[nodiscard]] bool has(std::uint64_t flag) const { return makes(flag) || joins(flag); }
  [[nodiscard]] bool makes(std::uint64_t flag) const { return (created & flag) != 0; }
  [[nodiscard]] bool joins(std::uint64_t flag) const;
};

/// Throws for unknown or repeated kinds and for offsets without a time namespace.
[[nodiscard]] NamespacePlan plan_namespaces(const spec::Linux& platform);

/// runc's rules that look at the whole document: a hostname needs a uts namespace, masked paths a mount namespace, a
/// network device a network namespace, and so on.
void check_namespaces(const spec::Config& config, const NamespacePlan& plan, bool rootless);

/// Ranges of an id map must not be empty, overlap or go beyond the last id. `field` is its JSON path.
void check_id_mappings(const std::vector<spec::IdMapping>& mappings, const std::string& field);

}  // namespace corten::config
