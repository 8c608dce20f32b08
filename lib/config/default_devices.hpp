// SPDX-License-Identifier: Apache-2.0
// The devices that each container has and may use (runtime-spec, config-linux.md, "Default Devices").
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace corten::config {

struct DefaultDevice {
  std::string_view path;
  char type;  // as in mknod(1)
  std::uint32_t major, minor;
};

/// Those that are made as nodes; ptmx and the console are files of devpts.
inline constexpr auto default_devices = std::to_array<DefaultDevice>({
    {"/dev/null", 'c', 1, 3},
    {"/dev/random", 'c', 1, 8},
    {"/dev/full", 'c', 1, 7},
    {"/dev/tty", 'c', 5, 0},
    {"/dev/zero", 'c', 1, 5},
    {"/dev/urandom", 'c', 1, 9},
});

}  // namespace corten::config
