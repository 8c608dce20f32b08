// SPDX-License-Identifier: Apache-2.0
#include "network/interfaces.hpp"

#include <fmt/core.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "base/errno_kind.hpp"
#include "base/error.hpp"
#include "network/links.hpp"

namespace corten::network {
namespace {

std::vector<InterfaceState> ask_interfaces(NetlinkSocket& socket, NetlinkRequest& request, std::string_view what) {
  std::vector<InterfaceState> found;
  for (const auto& message : socket.ask(request, what)) {
    if (message.type == RTM_NEWLINK) found.push_back(read_interface(message));
  }
  return found;
}

}  // namespace

InterfaceState read_interface(const NetlinkMessage& message) {
  const auto head = message.head<ifinfomsg>();
  InterfaceState state;
  state.index = head.ifi_index;
  state.up = (head.ifi_flags & IFF_UP) != 0;
  for (const auto& [type, bytes] : attributes_of(message, sizeof head)) {
    if (type == IFLA_IFNAME) state.name = bytes.substr(0, bytes.find('\0'));
    if (type == IFLA_MTU) state.mtu = number_of(bytes);
    if (type != IFLA_STATS64) continue;
    // Kernels append to it.
    rtnl_link_stats64 counts{};
    bytes.copy(reinterpret_cast<char*>(&counts), sizeof counts);
    state.received = {counts.rx_bytes, counts.rx_packets, counts.rx_errors, counts.rx_dropped};
    state.sent = {counts.tx_bytes, counts.tx_packets, counts.tx_errors, counts.tx_dropped};
  }
  return state;
}

std::vector<InterfaceState> interfaces(NetlinkSocket& socket) {
  NetlinkRequest request{RTM_GETLINK, NLM_F_DUMP};
  request.head(ifinfomsg{});
  auto found = ask_interfaces(socket, request, "listing network devices");
  std::ranges::sort(found, {}, &InterfaceState::index);
  return found;
}

InterfaceState interface_named(NetlinkSocket& socket, const std::string& name) {
  auto request = link_request(RTM_GETLINK, name);
  const auto what = fmt::format("looking for network device {}", name);
  return with_kind_for(ENODEV, ErrorKind::not_found, [&] {
    const auto found = ask_interfaces(socket, request, what);
    if (found.empty()) throw_errno(what, ENODEV);
    return found.front();
  });
}

}  // namespace corten::network
