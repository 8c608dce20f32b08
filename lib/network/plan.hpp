// SPDX-License-Identifier: Apache-2.0
// Network devices that move into the container (linux.netDevices, runtime-spec 1.3).
#pragma once

#include <string>
#include <tuple>

#include "base/wire.hpp"

namespace corten::network {

struct Interface {
  std::string host_name;
  std::string name;  // in the container
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), Interface> { return std::tie(x.host_name, x.name); }

}  // namespace corten::network
