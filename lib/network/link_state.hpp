// SPDX-License-Identifier: Apache-2.0
// The settings of a network device that it loses when it moves to another namespace: reads them from netlink's messages, and
// makes the requests that restore them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "network/netlink.hpp"

namespace corten::network {

struct Address {
  std::uint8_t family = 0, prefix = 0, scope = 0;
  std::uint32_t flags = 0;                       // IFA_F_*
  std::string local, peer, broadcast, lifetime;  // as in the message
  std::string label;                             // IPv4: the device's name, or that and ":1"
  std::string protocol;                          // IFA_PROTO (Linux 5.18), as in the message
  std::optional<std::uint32_t> metric;           // of the route to its network
  bool operator==(const Address&) const = default;
};

/// How much of an address is restored.
enum class Give {
  inside,  // to a container: the address alone
  back,    // to the host again: with its label, lifetime, protocol, metric and scope
};

/// A route to be added again as it was: what follows the header of its message.
struct Route {
  std::string body;
  bool has_gateway = false;
  bool operator==(const Route&) const = default;
};

struct LinkState {
  int index = 0;
  std::string name;
  bool up = false;
  std::uint32_t master = 0;  // the index of the bridge or bond that it is in; 0: none
  std::vector<Address> addresses;
  std::vector<Route> routes;
};

/// Index, name and flags of the device that a message of type RTM_NEWLINK tells of.
[[nodiscard]] LinkState read_link(const NetlinkMessage& message);

/// The address in a message of type RTM_NEWADDR, if it is one of device `index`.
[[nodiscard]] std::optional<Address> read_address(const NetlinkMessage& message, int index);

/// The route in a message of type RTM_NEWROUTE, if it goes through device `index` and somebody has made it: the kernel
/// makes its own anew.
[[nodiscard]] std::optional<Route> read_route(const NetlinkMessage& message, int index);

/// Whether an address goes into the container: permanent (a leased one belongs to the host's network) and global (others
/// are made anew or mean nothing elsewhere). runtime-spec config-linux.md, "Network Devices".
[[nodiscard]] bool goes_inside(const Address& address);

/// Whether an address is to be given back to the host: the kernel makes temporary ones (RFC 8981) itself.
[[nodiscard]] bool comes_back(const Address& address);

/// "192.0.2.1/24".
[[nodiscard]] std::string to_text(const Address& address);

[[nodiscard]] NetlinkRequest add_address(const Address& address, int index, Give give);
/// For a device that had the index `before` when the route was read, and has `index` now.
[[nodiscard]] NetlinkRequest add_route(const Route& route, int before, int index);

}  // namespace corten::network
