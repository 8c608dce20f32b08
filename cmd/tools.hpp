// SPDX-License-Identifier: Apache-2.0
// What the help says of the commands that are in a program of their own, here and there.
#pragma once

#include <string_view>

namespace corten::cmd {

inline constexpr std::string_view check_usage = "look at what this machine can do for containers";
inline constexpr std::string_view validate_usage = "say every problem of a bundle's config.json";

}  // namespace corten::cmd
