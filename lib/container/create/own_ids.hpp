// SPDX-License-Identifier: Apache-2.0
// The user namespace of an ordinary user's container whose config.json says nothing of one.
#pragma once

#include "spec/config.hpp"

namespace corten::container {

/// Whether config.json maps ids, or joins a user namespace.
[[nodiscard]] bool has_id_maps(const spec::Config& config);

/// Adds a user namespace: the caller is root there, and the ranges that /etc/subuid and /etc/subgid give to the caller follow from 1 on.
void map_own_ids(spec::Linux& platform);

}  // namespace corten::container
