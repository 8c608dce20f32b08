// SPDX-License-Identifier: Apache-2.0
#include "network/link_state.hpp"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <catch2/catch.hpp>
#include <string>

#include "network/netlink.hpp"

using namespace corten::network;  // NOLINT: a test

namespace {

std::string bytes_of(int family, const char* text) {
  std::string bytes(family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr), '\0');
  REQUIRE(::inet_pton(family, text, bytes.data()) == 1);
  return bytes;
}

/// What the kernel would send: the bytes of a request behind its header.
NetlinkMessage message_of(std::uint16_t type, NetlinkRequest& request) {
  return {type, request.bytes().substr(NLMSG_HDRLEN)};
}

NetlinkMessage address_message(int family, const char* text, std::uint32_t flags, std::uint8_t scope = 0) {
  ifaddrmsg head{};
  head.ifa_family = static_cast<std::uint8_t>(family);
  head.ifa_prefixlen = 24;
  head.ifa_scope = scope;
  head.ifa_index = 7;
  head.ifa_flags = static_cast<std::uint8_t>(flags);
  NetlinkRequest request{RTM_NEWADDR, 0};
  request.head(head).attribute(IFA_ADDRESS, bytes_of(family, text)).attribute(IFA_FLAGS, flags);
  if (family == AF_INET) {
    request.attribute(IFA_LOCAL, bytes_of(family, text)).attribute(IFA_BROADCAST, bytes_of(family, "192.0.2.255"));
    request.text(IFA_LABEL, "eth7:1");
  }
  request.attribute(IFA_CACHEINFO, std::string(sizeof(ifa_cacheinfo), '\xff'));
  return message_of(RTM_NEWADDR, request);
}

/// The address that a request asks for.
Address asked(NetlinkRequest request, int index) {
  const auto address = read_address(message_of(RTM_NEWADDR, request), index);
  REQUIRE(address);
  return *address;
}

NetlinkMessage route_message(std::uint8_t protocol, std::uint32_t device, bool gateway) {
  rtmsg head{};
  head.rtm_family = AF_INET;
  head.rtm_protocol = protocol;
  head.rtm_dst_len = 24;
  NetlinkRequest request{RTM_NEWROUTE, 0};
  request.head(head).attribute(RTA_DST, bytes_of(AF_INET, "198.51.100.0"));
  if (gateway) request.attribute(RTA_GATEWAY, bytes_of(AF_INET, "192.0.2.1"));
  request.attribute(RTA_OIF, device);
  return message_of(RTM_NEWROUTE, request);
}

}  // namespace

TEST_CASE("a netlink request is a header with its length, a head and padded attributes", "[network]") {
  NetlinkRequest request{RTM_NEWLINK, NLM_F_ACK};
  ifinfomsg head{};
  head.ifi_index = 3;
  request.head(head).text(IFLA_IFNAME, "ab").attribute(IFLA_NET_NS_FD, 9U);
  const auto bytes = request.bytes();
  nlmsghdr header{};
  bytes.copy(reinterpret_cast<char*>(&header), sizeof header);
  CHECK(header.nlmsg_len == bytes.size());
  CHECK(bytes.size() == NLMSG_HDRLEN + sizeof(ifinfomsg) + 8 + 8);
  CHECK(header.nlmsg_type == RTM_NEWLINK);
  CHECK(header.nlmsg_flags == (NLM_F_REQUEST | NLM_F_ACK));
  const auto message = message_of(RTM_NEWLINK, request);
  const auto attributes = attributes_of(message, sizeof head);
  REQUIRE(attributes.size() == 2);
  CHECK(attributes[0].first == IFLA_IFNAME);
  CHECK(attributes[0].second == std::string_view{"ab\0", 3});
  CHECK(number_of(attributes[1].second) == 9);
}

TEST_CASE("attributes that are cut short are left out", "[network]") {
  NetlinkRequest request{RTM_NEWLINK, 0};
  request.head(ifinfomsg{}).text(IFLA_IFNAME, "eth0").attribute(IFLA_MASTER, 5U);
  auto message = message_of(RTM_NEWLINK, request);
  for (std::size_t size = message.body.size(); size > 0; --size) {
    message.body.resize(size - 1);
    for (const auto& [type, bytes] : attributes_of(message, sizeof(ifinfomsg))) {
      CHECK((type == IFLA_IFNAME && bytes.size() == 5));
    }
  }
  // A length below that of its own header.
  message.body = std::string(sizeof(ifinfomsg), '\0') + std::string{"\2\0\3\0\0\0\0\0", 8};
  CHECK(attributes_of(message, sizeof(ifinfomsg)).empty());
}

TEST_CASE("a link is read with its name, state and master", "[network]") {
  ifinfomsg head{};
  head.ifi_index = 7;
  head.ifi_flags = IFF_UP | IFF_MULTICAST;
  NetlinkRequest request{RTM_NEWLINK, 0};
  request.head(head).text(IFLA_IFNAME, "eth7").attribute(IFLA_MASTER, 5U);
  const auto link = read_link(message_of(RTM_NEWLINK, request));
  CHECK(link.index == 7);
  CHECK(link.name == "eth7");
  CHECK(link.up);
  CHECK(link.master == 5);
}

TEST_CASE("permanent and global addresses alone go into a container", "[network]") {
  const auto read = [](std::uint32_t flags, std::uint8_t scope) {
    return read_address(address_message(AF_INET6, "2001:db8::7", flags, scope), 7);
  };
  CHECK(goes_inside(*read(IFA_F_PERMANENT, RT_SCOPE_UNIVERSE)));
  CHECK_FALSE(goes_inside(*read(0, RT_SCOPE_UNIVERSE)));
  CHECK_FALSE(goes_inside(*read(IFA_F_PERMANENT, RT_SCOPE_LINK)));
  CHECK_FALSE(read_address(address_message(AF_INET6, "2001:db8::7", IFA_F_PERMANENT), 8));
}

TEST_CASE("all but temporary addresses come back, and in IPv4 the same bit means another thing", "[network]") {
  CHECK_FALSE(comes_back(*read_address(address_message(AF_INET6, "2001:db8::7", IFA_F_TEMPORARY), 7)));
  CHECK(comes_back(*read_address(address_message(AF_INET6, "fe80::7", IFA_F_PERMANENT, RT_SCOPE_LINK), 7)));
  CHECK(comes_back(*read_address(address_message(AF_INET, "192.0.2.7", IFA_F_SECONDARY), 7)));
}

TEST_CASE("inside, an address has neither a label nor a lifetime, and the kernel makes its route", "[network]") {
  const auto flags = IFA_F_PERMANENT | IFA_F_NODAD | IFA_F_NOPREFIXROUTE;
  const auto address = read_address(address_message(AF_INET, "192.0.2.7", flags), 7);
  const auto given = asked(add_address(*address, 2, Give::inside), 2);
  CHECK(to_text(given) == "192.0.2.7/24");
  CHECK(given.broadcast == address->broadcast);
  CHECK(given.flags == IFA_F_NODAD);
  CHECK(given.label.empty());
  CHECK(given.lifetime.empty());
}

TEST_CASE("back on the host, an address has all that it had", "[network]") {
  const auto flags = IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE;
  for (const auto& message :
       {address_message(AF_INET, "192.0.2.7", flags, RT_SCOPE_LINK), address_message(AF_INET6, "2001:db8::7", flags)}) {
    auto address = *read_address(message, 7);
    address.metric = 300;
    address.protocol = std::string{char{IFAPROT_KERNEL_LL}};
    auto given = asked(add_address(address, 7, Give::back), 7);
    CHECK(given.flags == IFA_F_NOPREFIXROUTE);
    given.flags = address.flags;
    CHECK(given == address);
  }
}

TEST_CASE("an address without a local part is its own peer", "[network]") {
  const auto address = read_address(address_message(AF_INET6, "2001:db8::7", IFA_F_PERMANENT), 7);
  CHECK(address->local == address->peer);
  CHECK(to_text(*address) == "2001:db8::7/24");
  CHECK(to_text(Address{}) == "of an unknown kind");
}

TEST_CASE("routes that somebody made through the device come back, with its new index", "[network]") {
  CHECK_FALSE(read_route(route_message(RTPROT_KERNEL, 7, false), 7));
  CHECK_FALSE(read_route(route_message(RTPROT_STATIC, 8, false), 7));
  CHECK_FALSE(read_route(route_message(RTPROT_STATIC, 7, false), 7)->has_gateway);
  const auto route = read_route(route_message(RTPROT_STATIC, 7, true), 7);
  REQUIRE(route);
  CHECK(route->has_gateway);
  auto request = add_route(*route, 7, 12);
  CHECK(read_route(message_of(RTM_NEWROUTE, request), 12)->body == route_message(RTPROT_STATIC, 12, true).body);
}
