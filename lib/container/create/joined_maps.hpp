// SPDX-License-Identifier: Apache-2.0
// Checks the id maps of a user namespace that is joined by its path.
#pragma once

#include <string>

#include "spec/config.hpp"

namespace corten::container {

/// Throws "both namespace path and non-matching mapping specified" where the document gives maps that are not those of the
/// user namespace at `path`. Engines give both, and they are the same then.
void check_joined_maps(const std::string& path, const spec::Linux& platform);

}  // namespace corten::container
