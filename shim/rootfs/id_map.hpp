// SPDX-License-Identifier: Apache-2.0
// Id-mapped mounts (mount_setattr(2), Linux 5.12): of the layers of a pod that has a user namespace.
#pragma once

#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace corten::shim {

/// "CONTAINER:HOST:SIZE", several with commas between, as /proc/PID/uid_map takes it. Throws Failure.
[[nodiscard]] std::string parse_id_map(std::string_view text);

/// A user namespace with these maps, in which nothing runs.
[[nodiscard]] UniqueFd open_user_namespace(const std::string& uids, const std::string& gids);

/// Mounts what is at `source`, and all below it if `recursive`, at `target`, with the ids of `user_namespace`.
void mount_mapped(const std::string& source, bool recursive, const UniqueFd& user_namespace, const std::string& target);

}  // namespace corten::shim
