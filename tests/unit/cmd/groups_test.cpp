// SPDX-License-Identifier: Apache-2.0
#include "cmd/groups.hpp"

#include <catch2/catch.hpp>

using namespace corten::cmd;

TEST_CASE("an additional group is an id", "[cmd]") {
  CHECK(groups_of({8, 9, 4294967294}) == std::vector<gid_t>{8, 9, 4294967294});
  CHECK_THROWS_WITH(groups_of({-1}), "additional-gids must be a positive number -1");
  CHECK_THROWS_WITH(groups_of({4294967295}), "additional-gids: 4294967295 is no id: the highest is 4294967294");
}
