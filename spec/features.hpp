// SPDX-License-Identifier: Apache-2.0
// What the `features` command prints. The values come from the tables of those who implement them.
#pragma once

#include <string>

#include "corten/features.hpp"

namespace corten::spec {

/// Four-space indent and a newline at the end, in runc's key order; lists in the order given, annotations sorted.
[[nodiscard]] std::string features_json(const Features& features);

}  // namespace corten::spec
