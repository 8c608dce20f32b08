// SPDX-License-Identifier: Apache-2.0
// Network namespaces by the files that stand for them.
#pragma once

#include <string>

#include "base/unique_fd.hpp"

namespace corten::network {

/// Opens "/proc/PID/ns/net" or "/run/netns/NAME"; for an empty path that of the calling thread. Throws an Error of kind
/// `not_found` where there is no such file, and of kind `invalid_argument` where it stands for none.
[[nodiscard]] UniqueFd open_namespace(const std::string& path);

}  // namespace corten::network
