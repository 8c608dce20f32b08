// SPDX-License-Identifier: Apache-2.0
// What this build of the library supports, gathered from the tables of those who implement it.
#pragma once

#include "spec/features.hpp"

namespace corten::container {

[[nodiscard]] spec::Features features();

}  // namespace corten::container
