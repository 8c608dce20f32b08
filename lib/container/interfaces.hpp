// SPDX-License-Identifier: Apache-2.0
// What a container's network interfaces have sent and received.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>
#include <vector>

#include "corten/usage.hpp"

namespace corten::container {

/// The text of /proc/PID/net/dev (proc(5)).
[[nodiscard]] std::vector<resources::InterfaceUsage> parse_interfaces(std::string_view text);

/// Those in the network namespace of `process`; nothing where that has ended.
[[nodiscard]] std::optional<std::vector<resources::InterfaceUsage>> read_interfaces(pid_t process);

}  // namespace corten::container
