// SPDX-License-Identifier: Apache-2.0
// The id maps of a new user namespace, written from outside.
#pragma once

#include <sys/types.h>

#include <vector>

#include "spec/config.hpp"

namespace corten::container {

/// Writes /proc/PID/uid_map and gid_map. Where the caller may not write them itself, newuidmap and newgidmap do, for the
/// ranges of /etc/subuid and /etc/subgid. Returns false where setgroups(2) had to be given up for that.
bool write_id_maps(pid_t pid, const std::vector<spec::IdMapping>& uids, const std::vector<spec::IdMapping>& gids);

}  // namespace corten::container
