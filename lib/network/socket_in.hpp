// SPDX-License-Identifier: Apache-2.0
// Sockets in another network namespace than the caller's.
#pragma once

#include "base/unique_fd.hpp"

namespace corten::network {

/// A socket(2) in the network namespace that `network_namespace` is open on. A child process joins the namespace and
/// makes it: the caller stays in its own, so there is no way back that can fail.
[[nodiscard]] UniqueFd socket_in(int network_namespace, int domain, int type, int protocol);

}  // namespace corten::network
