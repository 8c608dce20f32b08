// SPDX-License-Identifier: Apache-2.0
// From config.json to the plan of the cgroup: which one, by which driver, with which limits. Pure.
#pragma once

#include <string>

#include "cgroup/plan.hpp"
#include "spec/config.hpp"

namespace corten::config {

/// What config.json does not have.
struct CgroupContext {
  std::string id;
  cgroup::Driver driver = cgroup::Driver::files;
  bool rootless = false;
};

/// Throws Error with runc's texts ("expected cgroupsPath to be of format \"slice:prefix:name\" ...").
[[nodiscard]] cgroup::Plan plan_cgroup(const spec::Config& config, const CgroupContext& context);

/// The limits alone, as in the document: device rules without the implicit ones.
[[nodiscard]] cgroup::Resources plan_resources(const spec::Resources& resources);

/// The device rules that every container has.
[[nodiscard]] std::vector<cgroup::DeviceRule> implicit_device_rules();

/// The result of `update`.
struct ResourcesUpdate {
  cgroup::Resources changes;  // to write: what was asked for, and the old values that files hold together with it
  cgroup::Resources merged;   // to keep: all limits that now hold
};

/// Device rules stay as they are; like runc, hugepage, network and RDMA limits too.
[[nodiscard]] ResourcesUpdate plan_update(const cgroup::Resources& current, const spec::Resources& wanted);

}  // namespace corten::config
