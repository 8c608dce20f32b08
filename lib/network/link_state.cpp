// SPDX-License-Identifier: Apache-2.0
#include "network/link_state.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <array>
#include <cstring>

namespace corten::network {
namespace {

/// The flags that may be asked for; the others tell of a state.
constexpr std::uint32_t lasting_flags = IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MCAUTOJOIN;
/// Those that have to do with routes and addresses that the host keeps beside this one.
constexpr std::uint32_t host_flags = IFA_F_NOPREFIXROUTE | IFA_F_MANAGETEMPADDR;

std::string without_zero(std::string_view text) { return std::string{text.substr(0, text.find('\0'))}; }

}  // namespace

LinkState read_link(const NetlinkMessage& message) {
  const auto head = message.head<ifinfomsg>();
  LinkState link;
  link.index = head.ifi_index;
  link.up = (head.ifi_flags & IFF_UP) != 0;
  for (const auto& [type, bytes] : attributes_of(message, sizeof head)) {
    if (type == IFLA_IFNAME) link.name = without_zero(bytes);
    if (type == IFLA_MASTER) link.master = number_of(bytes);
  }
  return link;
}

std::optional<Address> read_address(const NetlinkMessage& message, int index) {
  const auto head = message.head<ifaddrmsg>();
  if (message.type != RTM_NEWADDR || static_cast<int>(head.ifa_index) != index) return std::nullopt;
  Address address;
  address.family = head.ifa_family;
  address.prefix = head.ifa_prefixlen;
  address.scope = head.ifa_scope;
  address.flags = head.ifa_flags;
  for (const auto& [type, bytes] : attributes_of(message, sizeof head)) {
    if (type == IFA_LOCAL) address.local = bytes;
    if (type == IFA_ADDRESS) address.peer = bytes;
    if (type == IFA_BROADCAST) address.broadcast = bytes;
    if (type == IFA_CACHEINFO) address.lifetime = bytes;
    if (type == IFA_LABEL) address.label = without_zero(bytes);
    if (type == IFA_PROTO) address.protocol = bytes;
    if (type == IFA_FLAGS) address.flags = number_of(bytes);
    if (type == IFA_RT_PRIORITY) address.metric = number_of(bytes);
  }
  // IPv6 has no IFA_LOCAL unless there is a peer.
  if (address.local.empty()) address.local = address.peer;
  return address;
}

std::optional<Route> read_route(const NetlinkMessage& message, int index) {
  const auto head = message.head<rtmsg>();
  const bool known = head.rtm_family == AF_INET || head.rtm_family == AF_INET6;
  if (message.type != RTM_NEWROUTE || !known || (head.rtm_flags & RTM_F_CLONED) != 0) return std::nullopt;
  if (head.rtm_protocol == RTPROT_KERNEL || head.rtm_protocol == RTPROT_REDIRECT || head.rtm_protocol == RTPROT_RA) {
    return std::nullopt;
  }
  Route route{message.body, false};
  bool through = false;
  for (const auto& [type, bytes] : attributes_of(message, sizeof head)) {
    if (type == RTA_OIF) through = static_cast<int>(number_of(bytes)) == index;
    if (type == RTA_GATEWAY || type == RTA_VIA) route.has_gateway = true;
  }
  if (!through) return std::nullopt;
  return route;
}

bool goes_inside(const Address& address) {
  return (address.flags & IFA_F_PERMANENT) != 0 && address.scope == RT_SCOPE_UNIVERSE;
}

bool comes_back(const Address& address) {
  return address.family == AF_INET || (address.flags & IFA_F_TEMPORARY) == 0;  // IPv4: the same bit is "secondary"
}

std::string to_text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const std::size_t size = address.family == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr);
  if (address.local.size() != size ||
      ::inet_ntop(address.family, address.local.data(), text.data(), text.size()) == nullptr) {
    return "of an unknown kind";
  }
  return fmt::format("{}/{}", text.data(), address.prefix);
}

NetlinkRequest add_address(const Address& address, int index, Give give) {
  const bool back = give == Give::back;
  ifaddrmsg head{};
  head.ifa_family = address.family;
  head.ifa_prefixlen = address.prefix;
  head.ifa_scope = address.scope;
  head.ifa_index = static_cast<std::uint32_t>(index);
  const auto flags = address.flags & (back ? lasting_flags | host_flags : lasting_flags);
  // What comes back may be there again: the kernel makes link-local addresses when a device comes up.
  NetlinkRequest request{RTM_NEWADDR,
                         static_cast<std::uint16_t>(NLM_F_ACK | NLM_F_CREATE | (back ? NLM_F_REPLACE : NLM_F_EXCL))};
  request.head(head);
  request.attribute(IFA_LOCAL, address.local);
  request.attribute(IFA_ADDRESS, address.peer);
  if (!address.broadcast.empty()) request.attribute(IFA_BROADCAST, address.broadcast);
  if (flags != 0) request.attribute(IFA_FLAGS, flags);
  if (!back) return request;
  if (!address.label.empty()) request.text(IFA_LABEL, address.label);
  if (!address.lifetime.empty()) request.attribute(IFA_CACHEINFO, address.lifetime);
  if (!address.protocol.empty()) request.attribute(IFA_PROTO, address.protocol);
  if (address.metric) request.attribute(IFA_RT_PRIORITY, *address.metric);
  return request;
}

NetlinkRequest add_route(const Route& route, int before, int index) {
  const NetlinkMessage message{RTM_NEWROUTE, route.body};
  const auto head = message.head<rtmsg>();
  NetlinkRequest request{RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE};
  request.head(head);
  for (const auto& [type, bytes] : attributes_of(message, sizeof head)) {
    const bool device = type == RTA_OIF && static_cast<int>(number_of(bytes)) == before;
    if (type == RTA_CACHEINFO) continue;  // counters
    device ? request.attribute(type, static_cast<std::uint32_t>(index)) : request.attribute(type, bytes);
  }
  return request;
}

}  // namespace corten::network
