// SPDX-License-Identifier: Apache-2.0
#include "network/interfaces.hpp"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <catch2/catch.hpp>
#include <string>

using namespace corten::network;  // NOLINT: a test

namespace {

NetlinkMessage message_with(std::string_view counts) {
  ifinfomsg head{};
  head.ifi_index = 7;
  head.ifi_flags = IFF_UP;
  NetlinkRequest request{RTM_NEWLINK, 0};
  request.head(head).text(IFLA_IFNAME, "eth7").attribute(IFLA_MTU, 1400U).attribute(IFLA_STATS64, counts);
  return {RTM_NEWLINK, request.bytes().substr(NLMSG_HDRLEN)};
}

std::string_view bytes_of(const rtnl_link_stats64& counts) {
  return {reinterpret_cast<const char*>(&counts), sizeof counts};
}

}  // namespace

TEST_CASE("an interface is read with what went through it", "[network]") {
  rtnl_link_stats64 counts{};
  counts.rx_bytes = 5'000'000'000;
  counts.rx_packets = 2;
  counts.rx_errors = 3;
  counts.rx_dropped = 4;
  counts.tx_bytes = 11;
  counts.tx_packets = 12;
  counts.tx_errors = 13;
  counts.tx_dropped = 14;
  const auto state = read_interface(message_with(bytes_of(counts)));
  CHECK(state.name == "eth7");
  CHECK(state.index == 7);
  CHECK(state.up);
  CHECK(state.mtu == 1400);
  CHECK(state.received == Counts{5'000'000'000, 2, 3, 4});
  CHECK(state.sent == Counts{11, 12, 13, 14});
}

TEST_CASE("an older or newer kernel's counts are shorter or longer", "[network]") {
  rtnl_link_stats64 counts{};
  counts.rx_packets = 1;
  counts.tx_dropped = 8;
  const std::string bytes{bytes_of(counts)};
  CHECK(read_interface(message_with(bytes + std::string(64, '\xff'))).sent.dropped == 8);
  const auto cut = read_interface(message_with(std::string_view{bytes}.substr(0, 2 * sizeof(std::uint64_t))));
  CHECK(cut.received.packets == 1);
  CHECK(cut.sent == Counts{});
  CHECK(read_interface(message_with("")).received == Counts{});
}
