// SPDX-License-Identifier: Apache-2.0
// The network devices of a namespace, and what went through them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "network/netlink.hpp"

namespace corten::network {

struct Counts {
  std::uint64_t bytes = 0, packets = 0, errors = 0, dropped = 0;
  bool operator==(const Counts&) const = default;
};

struct InterfaceState {
  std::string name;
  int index = 0;
  bool up = false;
  std::uint32_t mtu = 0;
  Counts received, sent;
};

/// The device that a message of type RTM_NEWLINK tells of. Pure.
[[nodiscard]] InterfaceState read_interface(const NetlinkMessage& message);

/// All devices that the socket's namespace has, sorted by index.
[[nodiscard]] std::vector<InterfaceState> interfaces(NetlinkSocket& socket);

/// One of them; throws an Error of kind `not_found` where there is none of this name.
[[nodiscard]] InterfaceState interface_named(NetlinkSocket& socket, const std::string& name);

}  // namespace corten::network
