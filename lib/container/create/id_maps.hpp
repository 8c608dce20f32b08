// SPDX-License-Identifier: Apache-2.0
// The id maps of new user namespaces.
#pragma once

#include <sys/types.h>

#include <vector>

#include "base/unique_fd.hpp"
#include "rootfs/plan.hpp"
#include "spec/config.hpp"

namespace corten::container {

/// Writes /proc/PID/uid_map and gid_map. Where the caller may not write them itself, newuidmap and newgidmap do, for the
/// ranges of /etc/subuid and /etc/subgid. Returns false where setgroups(2) had to be given up for that.
bool write_id_maps(pid_t pid, const std::vector<spec::IdMapping>& uids, const std::vector<spec::IdMapping>& gids);

/// A user namespace that has the mappings of an id-mapped mount.
[[nodiscard]] UniqueFd open_map_namespace(const rootfs::MountIdMap& map);

}  // namespace corten::container
