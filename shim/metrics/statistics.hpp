// SPDX-License-Identifier: Apache-2.0
// Reads what corten_container_statistics() says into values.
#pragma once

#include <string_view>

#include "corten/usage.hpp"

namespace corten::shim {

/// Intel RDT and cpusets are left out. Throws Error where `json` is not what the library says.
[[nodiscard]] resources::Statistics read_statistics(std::string_view json);

}  // namespace corten::shim
