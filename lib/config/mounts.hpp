// SPDX-License-Identifier: Apache-2.0
// From config.json to the plan of the root file system. Pure: every mistake in the document is an Error here, before
// any process exists.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rootfs/plan.hpp"
#include "spec/config.hpp"

namespace corten::config {

/// What the document does not say.
struct RootfsContext {
  std::string bundle;           // absolute
  bool no_pivot = false;
  bool rootless = false;        // the runtime has no root on the host: id-mapped mounts are refused
  rootfs::CgroupView cgroup;    // `own_namespace` is set by plan_rootfs
  std::vector<rootfs::IdRange> joined_uids, joined_gids;  // maps of a joined user namespace
};

/// Throws Error with runc's texts ("invalid mount ...", "rootfsPropagation=... is not supported").
[[nodiscard]] rootfs::Plan plan_rootfs(const spec::Config& config, const RootfsContext& context);

/// One mount, as plan_rootfs makes it, before the rules that look at the whole document.
[[nodiscard]] rootfs::MountStep plan_mount(const spec::Mount& mount, const std::string& bundle, const std::string& root);

/// Every mount option we know, sorted, as `features` lists them.
[[nodiscard]] std::vector<std::string> known_mount_options();

}  // namespace corten::config
