// SPDX-License-Identifier: Apache-2.0
#include "users/entries.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "base/error.hpp"

namespace corten::users {
namespace {

using Ids = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("a line of passwd has a name and two ids at least", "[users]") {
  const auto whole = parse_user("daemon:x:1:2:The, Daemon:/usr/sbin:/bin/sh");
  REQUIRE(whole);
  CHECK(whole->name == "daemon");
  CHECK(whole->uid == 1);
  CHECK(whole->gid == 2);
  CHECK(whole->comment == "The, Daemon");
  CHECK(whole->home == "/usr/sbin");
  CHECK(whole->shell == "/bin/sh");

  const auto shortest = parse_user("  a::4294967294:0\r");
  REQUIRE(shortest);
  CHECK(shortest->uid == 4294967294);
  CHECK(shortest->home.empty());
}

TEST_CASE("lines that are no entries are passed over, and no id becomes 0", "[users]") {
  for (const char* line : {"", "   ", "daemon", "daemon:x", "daemon:x:1", "daemon:x:1:", "daemon:x::1", ":x:1:1",
                           "daemon:x:one:1", "daemon:x:-1:1", "daemon:x:1 :1", "daemon:x:4294967295:1",
                           "daemon:x:1:4294967296", "#daemon:x:1:1", "+daemon:x:1:1", "-daemon:x:1:1", "+::::::"}) {
    CAPTURE(line);
    CHECK_FALSE(parse_user(line));
  }
  CHECK_FALSE(parse_user(std::string{"daemon:x:1:1:\0:/:/bin/sh", 24}));
  for (const char* line : {"", "users", "users:x", "users:x:", "users:x:a", ":x:1", "users:x:4294967295", "+:::"}) {
    CAPTURE(line);
    CHECK_FALSE(parse_group(line));
  }
}

TEST_CASE("a line of group has a name and an id at least, and members", "[users]") {
  const auto group = parse_group("users:x:100:anna, bert,,carl");
  REQUIRE(group);
  CHECK(group->gid == 100);
  CHECK(group->member_names() == std::vector<std::string_view>{"anna", "bert", "carl"});
  CHECK(group->has_member("bert"));
  CHECK_FALSE(group->has_member("ber"));
  CHECK_FALSE(group->has_member("anna,"));
  REQUIRE(parse_group("nobody:x:0"));
  CHECK_FALSE(parse_group("nobody:x:0")->has_member(""));
}

TEST_CASE("digits are an id, all else is a name", "[users]") {
  CHECK(parse_who("1000", "user").id == 1000U);
  CHECK_FALSE(parse_who("1000a", "user").id);
  CHECK_FALSE(parse_who("-1", "user").id);
  CHECK_THROWS_WITH(parse_who("", "group"), "the name of a group is empty");
  CHECK_THROWS_WITH(parse_who("4294967295", "user"), "user 4294967295: the highest id is 4294967294");
  CHECK_THROWS_WITH(parse_who("99999999999999999999", "user"), Catch::Contains("the highest id"));
}

TEST_CASE("the first entry counts, also one behind lines that are none", "[users]") {
  const std::string passwd = "broken\na:x:1:1::/first:\n\na:x:2:2::/second:\nb:x:1:7::/third:";
  CHECK(find_user(passwd, {"a", {}})->home == "/first");
  CHECK(find_user(passwd, {{}, 1})->home == "/first");
  CHECK(find_user(passwd, {"b", {}})->gid == 7);
  CHECK_FALSE(find_user(passwd, {"", {}}));
  CHECK_FALSE(find_user(passwd, {"broken", {}}));
  CHECK_FALSE(find_user("", {"a", {}}));
}

TEST_CASE("the groups of a user are those that name it, each once", "[users]") {
  const std::string groups = "one:x:1:a,b\ntwo:x:2:b\nbroken:x:b:a\nagain:x:1:a\nthree:x:3:ab,a\n";
  CHECK(groups_with(groups, "a") == Ids{1, 3});
  CHECK(groups_with(groups, "b") == Ids{1, 2});
  CHECK(groups_with(groups, "c").empty());
}

TEST_CASE("a line of megabytes is a line", "[users]") {
  std::string groups = "many:x:5:";
  for (int i = 0; i < 200000; ++i) groups += "user" + std::to_string(i) + ",";
  groups += "\nlast:x:6:user199999\n";
  CHECK(groups_with(groups, "user199999") == Ids{5, 6});
}

}  // namespace corten::users
