// SPDX-License-Identifier: Apache-2.0
// What containerd writes to the standard input of "start".
#pragma once

#include <string>
#include <string_view>

#include "shim/options.hpp"

namespace corten::shim {

struct StartInput {
  Options options;
  std::string socket_directory = "/run/containerd/s";
};

/// From containerd 2.3 on it is a message that names the container, else the options in an Any, or nothing.
[[nodiscard]] StartInput read_start_input(std::string_view bytes, const std::string& id, const std::string& name_space);

}  // namespace corten::shim
