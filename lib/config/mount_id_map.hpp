// SPDX-License-Identifier: Apache-2.0
// "idmap=uids=0-1-10#10-11-10;gids=0-100-10", crun's form of the mount option: the ranges of the mapping. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rootfs/plan.hpp"
#include "spec/config.hpp"

namespace corten::config {

/// What follows "idmap=" or "ridmap=", where `option` is one of these.
[[nodiscard]] std::optional<std::string_view> id_map_text(std::string_view option);

/// Adds the ranges of `option` to `map`, where it has any. The second number of a range that begins with @ is an id of the
/// container, which the mappings of `platform` turn into one of the host.
void read_id_map(rootfs::MountIdMap& map, std::string_view option, const spec::Linux& platform);

}  // namespace corten::config
