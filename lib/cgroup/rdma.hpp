// SPDX-License-Identifier: Apache-2.0
// The RDMA devices that a cgroup uses.
#pragma once

#include <string_view>
#include <vector>

#include "cgroup/manager.hpp"
#include "corten/usage.hpp"

namespace corten::cgroup {

/// The texts of rdma.current and rdma.max.
[[nodiscard]] std::vector<resources::RdmaUsage> parse_rdma(std::string_view current, std::string_view limits);

/// Empty without the controller, or without a device.
[[nodiscard]] std::vector<resources::RdmaUsage> read_rdma(const Paths& paths);

}  // namespace corten::cgroup
