// SPDX-License-Identifier: Apache-2.0
// Requests about one network device.
#pragma once

#include <linux/rtnetlink.h>

#include <string>
#include <string_view>

#include "network/link_state.hpp"
#include "network/netlink.hpp"

namespace corten::network {

/// The head of a request about the device with this index; 0: about none in particular.
[[nodiscard]] ifinfomsg link_head(int index);

/// A request of this type about the device with this name.
[[nodiscard]] NetlinkRequest link_request(std::uint16_t type, const std::string& name);

/// The device that a request of type RTM_GETLINK asks for; throws "what: no such device".
[[nodiscard]] LinkState ask_link(NetlinkSocket& socket, NetlinkRequest& request, std::string_view what);
[[nodiscard]] LinkState link_named(NetlinkSocket& socket, const std::string& name, std::string_view what);

void set_up(NetlinkSocket& socket, int index, std::string_view what);

/// Makes the device with this index a part of the bridge or bond `master`.
void set_master(NetlinkSocket& socket, int index, std::uint32_t master, std::string_view what);

}  // namespace corten::network
