// SPDX-License-Identifier: Apache-2.0
// Which kernel parameters a container may set: those that belong to a namespace of its own.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "spec/config.hpp"

namespace corten::config {

/// The document's sysctls, checked. `host_network`: the network namespace that the container joins is the caller's.
/// Throws Error with runc's texts ("sysctl \"kernel.x\" is not in a separate kernel namespace").
[[nodiscard]] std::vector<std::pair<std::string, std::string>> plan_sysctl(const spec::Config& config,
                                                                           bool host_network);

}  // namespace corten::config
