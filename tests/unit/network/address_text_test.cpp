// SPDX-License-Identifier: Apache-2.0
#include "network/address_text.hpp"

#include <linux/if_addr.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <string>

#include "base/error.hpp"

using namespace corten;
using namespace corten::network;

TEST_CASE("an IPv4 address for good has the broadcast address of its network", "[network]") {
  const auto address = parse_address("192.0.2.77/26", AF_INET);
  CHECK(to_text(address) == "192.0.2.77/26");
  CHECK(address.broadcast == parse_ip("192.0.2.127", AF_INET));
  CHECK(address.flags == IFA_F_PERMANENT);
  CHECK(goes_inside(address));
  CHECK(parse_address("10.0.0.1/0", AF_INET).broadcast == parse_ip("255.255.255.255", AF_INET));
  // RFC 3021: a network of two has none.
  CHECK(parse_address("192.0.2.1/31", AF_INET).broadcast.empty());
  CHECK(parse_address("192.0.2.1/32", AF_INET).broadcast.empty());
}

TEST_CASE("an IPv6 address for good is not asked for on the link first", "[network]") {
  const auto address = parse_address("2001:db8::7/64", AF_INET6);
  CHECK(to_text(address) == "2001:db8::7/64");
  CHECK(address.broadcast.empty());
  CHECK(address.flags == (IFA_F_PERMANENT | IFA_F_NODAD));
}

TEST_CASE("what is no address is refused as it was written", "[network]") {
  for (const auto* text : {"", "/", "/24", "192.0.2.1", "192.0.2.1/", "192.0.2.1/33", "192.0.2.1/-1", "192.0.2.1/24/8",
                           "192.0.2/24", "::1/64", "192.0.2.1 /24"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_address(text, AF_INET), Error);
  }
  CHECK_THROWS_WITH(parse_address("192.0.2.1/33", AF_INET),
                    "\"192.0.2.1/33\" is no IPv4 address with the bits of its network (/24)");
  CHECK_THROWS_WITH(parse_address("2001:db8::7/129", AF_INET6), Catch::StartsWith("\"2001:db8::7/129\" is no IPv6"));
  CHECK_THROWS_WITH(parse_ip("192.0.2.1", AF_INET6), "\"192.0.2.1\" is no IPv6 address");
}

TEST_CASE("a hardware address has six bytes of two digits", "[network]") {
  CHECK(parse_mac("02:42:Ac:11:00:ff") == std::string{"\x02\x42\xac\x11\x00\xff", 6});
  for (const auto* text : {"", "02:42:ac:11:00", "02:42:ac:11:00:ff:00", "2:42:ac:11:00:ff", "02:42:ac:11:00:fg",
                           "0242ac1100ff", "02:42:ac:11:00:fff"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_mac(text), Error);
  }
}

TEST_CASE("a device's name is what the kernel takes for one", "[network]") {
  for (const auto* name : {"e", "eth0", "a.b", "fifteen-letters", "..."}) {
    CAPTURE(name);
    CHECK_NOTHROW(check_device_name(name));
  }
  for (const auto* name : {"", ".", "..", "a/b", "a:b", "a b", "a\n", "eth%d", "sixteen-letters-"}) {
    CAPTURE(name);
    CHECK_THROWS_AS(check_device_name(name), Error);
  }
}
