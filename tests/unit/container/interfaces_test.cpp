// SPDX-License-Identifier: Apache-2.0
#include "container/interfaces.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

using namespace corten::container;
using corten::resources::InterfaceUsage;

TEST_CASE("a row of /proc/PID/net/dev is an interface", "[container]") {
  const auto interfaces = parse_interfaces(
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier "
      "compressed\n"
      "    lo:     1       2    3    4    5     6          7         8        9      10   11   12   13    14      15  "
      "16\n"
      "eth0:1:18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
  CHECK(interfaces ==
        std::vector<InterfaceUsage>{{"lo", 1, 2, 3, 4, 9, 10, 11, 12}, {"eth0:1", UINT64_MAX, 0, 0, 0, 0, 0, 0, 0}});
}

TEST_CASE("a row of another kind is passed over", "[container]") {
  CHECK(parse_interfaces("").empty());
  CHECK(parse_interfaces("lo: 1 2 3\nlo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 -16\n").empty());
  CHECK(parse_interfaces("lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n").empty());
}

TEST_CASE("a process has interfaces, one that is gone has none", "[container]") {
  const auto own = read_interfaces(::getpid());
  REQUIRE(own);
  CHECK(std::ranges::find(*own, "lo", &InterfaceUsage::name) != own->end());
  CHECK_FALSE(read_interfaces(0));
  CHECK_FALSE(read_interfaces(0x7FFFFFFF));
}
