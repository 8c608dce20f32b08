// SPDX-License-Identifier: Apache-2.0
#include "network/netlink.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

using namespace corten;
using namespace corten::network;

namespace {

using Attributes = std::vector<std::pair<std::uint16_t, std::string_view>>;

/// What a request has behind its header.
NetlinkMessage body_of(NetlinkRequest& request) { return {RTM_NEWLINK, request.bytes().substr(NLMSG_HDRLEN)}; }

ifinfomsg any_link() {
  ifinfomsg head{};
  head.ifi_family = AF_UNSPEC;
  return head;
}

}  // namespace

TEST_CASE("a request has its length, type and flags in front, and pieces aligned to four bytes", "[network]") {
  NetlinkRequest request{RTM_GETLINK, NLM_F_ACK};
  request.head(any_link()).text(IFLA_IFNAME, "eth0").attribute(IFLA_MASTER, std::uint32_t{7});
  const auto& bytes = request.bytes();
  nlmsghdr header{};
  REQUIRE(bytes.size() >= sizeof header);
  std::memcpy(&header, bytes.data(), sizeof header);
  CHECK(header.nlmsg_len == bytes.size());
  CHECK(header.nlmsg_type == RTM_GETLINK);
  CHECK(header.nlmsg_flags == (NLM_F_REQUEST | NLM_F_ACK));
  CHECK(bytes.size() % 4 == 0);
}

TEST_CASE("attributes are read as they were written, a text with its zero", "[network]") {
  NetlinkRequest request{RTM_NEWLINK, 0};
  request.head(any_link())
      .text(IFLA_IFNAME, "a")
      .attribute(IFLA_MASTER, std::uint32_t{7})
      .attribute(IFLA_INFO_KIND, "");
  const auto message = body_of(request);
  const auto attributes = attributes_of(message, sizeof(ifinfomsg));
  REQUIRE(attributes.size() == 3);
  CHECK(attributes[0].first == IFLA_IFNAME);
  CHECK(attributes[0].second == std::string_view{"a\0", 2});
  CHECK(attributes[1].first == IFLA_MASTER);
  CHECK(number_of(attributes[1].second) == 7);
  CHECK(attributes[2].second.empty());
}

TEST_CASE("a body that is cut short loses its last attributes, and no more", "[network]") {
  NetlinkRequest request{RTM_NEWLINK, 0};
  request.head(any_link()).text(IFLA_IFNAME, "eth0").attribute(IFLA_MASTER, std::uint32_t{7});
  const auto whole = body_of(request);
  for (std::size_t size = 0; size < whole.body.size(); ++size) {
    const NetlinkMessage cut{whole.type, whole.body.substr(0, size)};
    CHECK(attributes_of(cut, sizeof(ifinfomsg)).size() < 2);
    if (size < sizeof(ifinfomsg)) CHECK(cut.head<ifinfomsg>().ifi_index == 0);
  }
}

TEST_CASE("an attribute whose length is a lie ends the list", "[network]") {
  NetlinkMessage message{RTM_NEWLINK, std::string(sizeof(ifinfomsg), '\0')};
  const auto add = [&](std::uint16_t length) {
    const rtattr item{length, IFLA_IFNAME};
    message.body.append(reinterpret_cast<const char*>(&item), sizeof item);
  };
  SECTION("shorter than its own head") { add(3); }
  SECTION("longer than the message") { add(200); }
  SECTION("nothing at all") { add(0); }
  CHECK(attributes_of(message, sizeof(ifinfomsg)).empty());
}

TEST_CASE("a number has four bytes", "[network]") {
  CHECK(number_of(std::string_view{"\1\0\0", 3}) == 0);
  CHECK(number_of(std::string_view{"\1\0\0\0\0", 5}) == 0);
  CHECK(number_of({}) == 0);
}

TEST_CASE("the kernel's answer to a question is read, and its refusal is an error", "[network]") {
  NetlinkSocket socket;
  NetlinkRequest loopback{RTM_GETLINK, NLM_F_ACK};
  loopback.head(any_link()).text(IFLA_IFNAME, "lo");
  const auto answer = socket.ask(loopback, "asking for lo");
  REQUIRE(answer.size() == 1);
  CHECK(answer[0].type == RTM_NEWLINK);
  CHECK((answer[0].head<ifinfomsg>().ifi_flags & IFF_LOOPBACK) != 0);
  NetlinkRequest nobody{RTM_GETLINK, NLM_F_ACK};
  nobody.head(any_link()).text(IFLA_IFNAME, "none-such");
  try {
    socket.execute(nobody, "asking for none-such");
    FAIL("there is no such device");
  } catch (const Error& error) {
    CHECK(error.code() == ENODEV);
    CHECK_THAT(error.what(), Catch::StartsWith("asking for none-such: "));
  }
}
