// SPDX-License-Identifier: Apache-2.0
#include "cmd/exec_process.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;

TEST_CASE("a user is numbers, the group only where one is named", "[cmd]") {
  const auto user = [](std::string text) { return cmd::parse_changes({.user = std::move(text)}); };
  CHECK_FALSE(user("").uid.has_value());
  CHECK(user("1000").uid == 1000);
  CHECK_FALSE(user("1000").gid.has_value());
  CHECK(user("1000:100").uid == 1000);
  CHECK(user("1000:100").gid == 100);
  CHECK(user("0:4294967294").gid == 4294967294U);
  CHECK_THROWS_WITH(user("root"), "bad uid: \"root\" is not a number");
  CHECK_THROWS_WITH(user("0:wheel"), "bad gid: \"wheel\" is not a number");
  CHECK_THROWS_WITH(user("-1"), "bad uid: \"-1\" is not a number");
  CHECK_THROWS_WITH(user("4294967296"), "bad uid: \"4294967296\" is not a number");
  CHECK_THROWS_WITH(user("4294967295"), "bad uid: 4294967295 is no id: the highest is 4294967294");
  CHECK_THROWS_WITH(user("0:4294967295"), "bad gid: 4294967295 is no id: the highest is 4294967294");
  CHECK_THROWS_WITH(user("1:"), "bad gid: \"\" is not a number");
}

TEST_CASE("an additional group is an id", "[cmd]") {
  CHECK(cmd::parse_changes({.additional_gids = {8, 9}}).additional_gids == std::vector<std::uint32_t>{8, 9});
  CHECK_THROWS_WITH(cmd::parse_changes({.additional_gids = {-1}}), "additional-gids must be a positive number -1");
  CHECK_THROWS_WITH(cmd::parse_changes({.additional_gids = {4294967295}}),
                    "additional-gids: 4294967295 is no id: the highest is 4294967294");
}
