// SPDX-License-Identifier: Apache-2.0
#include "network/links.hpp"

#include <net/if.h>

#include <cerrno>

#include "base/error.hpp"

namespace corten::network {

ifinfomsg link_head(int index) {
  ifinfomsg head{};
  head.ifi_family = AF_UNSPEC;
  head.ifi_index = index;
  return head;
}

NetlinkRequest link_request(std::uint16_t type, const std::string& name) {
  NetlinkRequest request{type, NLM_F_ACK};
  request.head(ifinfomsg{}).text(IFLA_IFNAME, name);
  return request;
}

LinkState ask_link(NetlinkSocket& socket, NetlinkRequest& request, std::string_view what) {
  for (const auto& message : socket.ask(request, what)) {
    if (message.type == RTM_NEWLINK) return read_link(message);
  }
  throw_errno(what, ENODEV);
}

LinkState link_named(NetlinkSocket& socket, const std::string& name, std::string_view what) {
  auto request = link_request(RTM_GETLINK, name);
  return ask_link(socket, request, what);
}

void set_up(NetlinkSocket& socket, int index, std::string_view what) {
  auto head = link_head(index);
  head.ifi_flags = head.ifi_change = IFF_UP;
  NetlinkRequest request{RTM_NEWLINK, NLM_F_ACK};
  request.head(head);
  socket.execute(request, what);
}

void set_master(NetlinkSocket& socket, int index, std::uint32_t master, std::string_view what) {
  NetlinkRequest request{RTM_NEWLINK, NLM_F_ACK};
  request.head(link_head(index)).attribute(IFLA_MASTER, master);
  socket.execute(request, what);
}

}  // namespace corten::network
