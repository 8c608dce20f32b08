// SPDX-License-Identifier: Apache-2.0
#include "config/rdt.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace corten::config {

rdt::Plan plan_rdt(const spec::IntelRdt& wanted, const std::string& id) {
  const auto& name = wanted.clos_id;
  // "/" is the group of all that are in no other.
  if (name == "." || name == ".." || (name != "/" && name.find('/') != std::string::npos)) {
    throw Error{fmt::format("invalid intelRdt.ClosID {}", quote(name))};
  }
  rdt::Plan plan;
  plan.group = name.empty() ? id : name;
  plan.shared = !name.empty();
  if (!wanted.l3_cache_schema.empty()) plan.schemata.push_back(wanted.l3_cache_schema);
  if (!wanted.mem_bw_schema.empty()) plan.schemata.push_back(wanted.mem_bw_schema);
  for (const auto& line : wanted.schemata) {
    if (!line.empty()) plan.schemata.push_back(line);
  }
  if (wanted.enable_monitoring) plan.monitor = id;
  return plan;
}

}  // namespace corten::config
