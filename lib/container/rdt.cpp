// SPDX-License-Identifier: Apache-2.0
#include "container/rdt.hpp"

#include "base/error.hpp"
#include "config/rdt.hpp"
#include "rdt/statistics.hpp"

namespace corten::container {

RdtPlacement place_rdt(const spec::IntelRdt& wanted, const std::string& id) {
  const auto root = rdt::find_root();
  if (!root) throw Error{"intelRdt is specified in config, but Intel RDT is not enabled"};
  auto plan = config::plan_rdt(wanted, id);
  if (!wanted.l3_cache_schema.empty() && !rdt::allocates_cache(*root))
    throw Error{"intelRdt.l3CacheSchema is specified in config, but Intel RDT/CAT is not enabled"};
  if (!wanted.mem_bw_schema.empty() && !rdt::allocates_bandwidth(*root))
    throw Error{"intelRdt.memBwSchema is specified in config, but Intel RDT/MBA is not enabled"};
  auto group = rdt::plan_group(*root, plan);
  return {*root, std::move(plan), std::move(group)};
}

void enter_rdt(const std::optional<RdtPlacement>& placement, pid_t pid) {
  if (!placement) return;
  with_context("unable to apply Intel RDT configuration",
               [&] { rdt::make_group(placement->root, placement->group, placement->plan, pid); });
}

rdt::Group rdt_group(const spec::SavedState& saved) {
  return {saved.intel_rdt_path, saved.intel_rdt_mon_path, saved.intel_rdt_created};
}

void check_schemata(const spec::SavedState& saved, const std::string& cache, const std::string& bandwidth) {
  if (cache.empty() && bandwidth.empty()) return;
  const auto root = rdt::find_root();
  if (!cache.empty() && (!root || !rdt::allocates_cache(*root)))
    throw Error{"Intel RDT/CAT: l3 cache schema is not enabled"};
  if (!bandwidth.empty() && (!root || !rdt::allocates_bandwidth(*root)))
    throw Error{"Intel RDT/MBA: memory bandwidth schema is not enabled"};
  if (saved.intel_rdt_path.empty()) throw Error{"updating a non-existent Intel RDT configuration is not supported"};
}

resources::RdtStatistics rdt_statistics(const spec::SavedState& saved) {
  if (saved.intel_rdt_path.empty()) return {};
  const auto root = rdt::find_root();
  if (!root) return {};
  return rdt::read_statistics(*root, rdt_group(saved));
}

}  // namespace corten::container
