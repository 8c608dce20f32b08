// SPDX-License-Identifier: Apache-2.0
#include "corten/nearest.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/named_table.hpp"

using namespace corten;

TEST_CASE("the distance counts what is left out, put in, changed and swapped", "[base]") {
  CHECK(edit_distance("create", "create") == 0);
  CHECK(edit_distance("crate", "create") == 1);
  CHECK(edit_distance("createe", "create") == 1);
  CHECK(edit_distance("craete", "create") == 1);
  CHECK(edit_distance("KILL", "kill") == 0);
  CHECK(edit_distance("", "kill") == 4);
  CHECK(edit_distance("pause", "resume") == 4);
  CHECK(edit_distance(std::string(100, 'a'), "a") == 100);
}

TEST_CASE("a misspelt name is near to one, another word is near to none", "[base]") {
  constexpr auto table = named_table<int>({{"create", 1}, {"delete", 2}, {"start", 3}, {"state", 4}});
  CHECK(nearest("craete", table.rows) == "create");
  CHECK(nearest("Stat", table.rows) == "start");
  CHECK(nearest("bogus", table.rows).empty());
  CHECK(nearest("", table.rows).empty());
  CHECK(did_you_mean("delet", table.rows, "--") == " (did you mean \"--delete\"?)");
  CHECK(did_you_mean("bogus", table.rows).empty());
  CHECK(nearest("a", std::vector<std::string_view>{}).empty());
}
