// SPDX-License-Identifier: Apache-2.0
// A container's share and use of caches and memory bandwidth.
#pragma once

#include <string>

#include "corten/usage.hpp"
#include "rdt/resctrl.hpp"

namespace corten::rdt {

/// Throws where a file that the kernel announces cannot be read.
[[nodiscard]] resources::RdtStatistics read_statistics(const std::string& root, const Group& group);

}  // namespace corten::rdt
