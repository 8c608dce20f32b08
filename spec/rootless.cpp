// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spec/config.hpp"

namespace corten::spec {
namespace {

/// A new sysfs needs a network namespace of one's own.
Mount host_sysfs() {
  Mount mount;
  mount.destination = mount.source = "/sys";
  mount.type = "none";
  mount.options = {"rbind", "nosuid", "noexec", "nodev", "ro"};
  return mount;
}

bool is_sys(std::string_view destination) {
  while (destination.size() > 1 && destination.ends_with('/')) destination.remove_suffix(1);
  return destination == "/sys";
}

}  // namespace

void make_rootless(Config& config, std::uint32_t uid, std::uint32_t gid) {
  auto& platform = config.platform ? *config.platform : config.platform.emplace();
  std::erase_if(platform.namespaces, [](const Namespace& one) { return one.type == "network" || one.type == "user"; });
  platform.namespaces.push_back({"user", {}});
  platform.uid_mappings = {{.container_id = 0, .host_id = uid, .size = 1}};
  platform.gid_mappings = {{.container_id = 0, .host_id = gid, .size = 1}};
  platform.resources.reset();
  platform.net_devices.clear();
  std::erase_if(platform.sysctl, [](const auto& setting) { return setting.first.starts_with("net."); });
  for (auto& mount : config.mounts) {
    if (is_sys(mount.destination)) mount = host_sysfs();
    std::erase_if(mount.options,
                  [](const std::string& option) { return option.starts_with("uid=") || option.starts_with("gid="); });
  }
}

}  // namespace corten::spec
