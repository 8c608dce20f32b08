// SPDX-License-Identifier: Apache-2.0
// A pair of devices that joins two network namespaces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "network/link_state.hpp"
#include "network/netlink.hpp"

namespace corten::network {

struct Gateway {
  std::uint8_t family = 0;
  std::string address;  // its bytes
};

struct VethPlan {
  std::string host_name;           // the end that stays
  std::string name;                // the other one
  std::string bridge;              // that the end which stays becomes a part of; empty: none
  bool hairpin = false;            // the bridge sends back through it what came from it
  std::string hardware_address;    // of the other end, six bytes; empty: the kernel's choice
  std::uint32_t mtu = 0;           // of both; 0: the kernel's
  std::uint32_t queue_length = 0;  // of both, in packets; 0: the kernel's
  std::vector<Address> addresses;  // of the other end
  std::vector<Gateway> gateways;   // default routes there
};

/// Makes the pair, one end in the caller's network namespace and the other in the one that `target` is open on and that `there` is
/// a socket of, and brings both up. Where a step fails, both are gone again. Kinds: `not_found` for a bridge that is not there,
/// `exists` for a name that is.
void add_veth(const VethPlan& plan, NetlinkSocket& there, int target);

/// Removes a device of the caller's network namespace; that of a pair takes the other end with it. Kind: `not_found`.
void remove_device(const std::string& name);

}  // namespace corten::network
