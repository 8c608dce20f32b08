// SPDX-License-Identifier: Apache-2.0
// Addresses and names of network devices as programs write them. Pure; an Error of kind `invalid_argument` names what cannot be.
#pragma once

#include <string>
#include <string_view>

#include "network/link_state.hpp"

namespace corten::network {

/// The bytes of "192.0.2.1" (AF_INET) or "2001:db8::1" (AF_INET6).
[[nodiscard]] std::string parse_ip(std::string_view text, int family);

/// "192.0.2.1/24" or "2001:db8::1/64", to be a device's for good: IPv4's with the broadcast address of its network, IPv6's
/// usable at once, for nobody else has it on a link that is new.
[[nodiscard]] Address parse_address(std::string_view text, int family);

/// The six bytes of "02:42:ac:11:00:02".
[[nodiscard]] std::string parse_mac(std::string_view text);

/// Throws for what the kernel takes for no name of a device (dev_valid_name() of Linux), and for a pattern ("veth%d").
void check_device_name(std::string_view name);

}  // namespace corten::network
