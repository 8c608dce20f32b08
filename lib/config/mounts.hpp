// SPDX-License-Identifier: Apache-2.0
// From config.json to the plan of the root file system. Pure: every mistake in the document is an Error here, before
// any process exists.
#pragma once

#include <string>
#include <vector>

#include "rootfs/plan.hpp"
#include "spec/config.hpp"

namespace corten::config {

/// What config.json does not have.
struct RootfsContext {
  std::string bundle;  // absolute
  bool no_pivot = false;
  bool rootless = false;      // the runtime has no root on the host: id-mapped mounts are refused
  rootfs::CgroupView cgroup;  // `own_namespace` is set by plan_rootfs
};

/// Throws Error with runc's texts ("invalid mount ...", "rootfsPropagation=... is not supported"). `sysctl` is left
/// empty: plan_sysctl (config/sysctl.hpp) makes it.
[[nodiscard]] rootfs::Plan plan_rootfs(const spec::Config& config, const RootfsContext& context);

/// One mount by itself, as plan_rootfs makes it before the rules that look at the whole document. `root` is the absolute
/// path of the rootfs: a destination that starts with it is taken as one inside.
[[nodiscard]] rootfs::MountStep plan_mount(const spec::Mount& mount, const std::string& bundle,
                                           const std::string& root);

/// The devices that each container has, and those of the document, which replace default ones of the same path.
[[nodiscard]] std::vector<rootfs::DeviceNode> plan_devices(const std::vector<spec::Device>& devices);

}  // namespace corten::config
