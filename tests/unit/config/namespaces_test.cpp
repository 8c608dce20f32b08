// SPDX-License-Identifier: Apache-2.0
#include "config/namespaces.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

namespace corten::config {
namespace {

using Mappings = std::vector<spec::IdMapping>;

void check(const Mappings& mappings) { check_id_mappings(mappings, "field"); }

}  // namespace

TEST_CASE("ranges of ids that lie side by side are a map", "[config]") {
  CHECK_NOTHROW(check({{0, 1000, 1}, {1, 100000, 65536}, {65537, 165536, 1}}));
  CHECK_NOTHROW(check({{5000, 7, 1}, {0, 8, 10}}));
  CHECK_NOTHROW(check({{0, 0, 4294967295}}));
  CHECK_NOTHROW(check({{4294967294, 4294967294, 1}}));
}

TEST_CASE("an id map that no kernel takes is an error that names the range", "[config]") {
  using Catch::Equals;
  CHECK_THROWS_WITH(check({{0, 0, 1}, {1, 1, 0}}), Equals("field[1]: size must not be 0"));
  CHECK_THROWS_WITH(check({{4294967294, 0, 2}}), Equals("field[0]: the range goes beyond the last id, 4294967294"));
  CHECK_THROWS_WITH(check({{0, 4294967295, 1}}), Equals("field[0]: the range goes beyond the last id, 4294967294"));
  CHECK_THROWS_WITH(check({{0, 1000, 10}, {20, 0, 5}, {9, 3000, 1}}), Equals("field[2] overlaps field[0]"));
  CHECK_THROWS_WITH(check({{0, 1000, 10}, {10, 1009, 1}}), Equals("field[1] overlaps field[0]"));
}

TEST_CASE("a new user namespace needs mappings of both kinds, a joined one none", "[config]") {
  const auto make = [](const Mappings& uids, const Mappings& gids) {
    spec::Config config;
    config.platform.emplace();
    config.platform->namespaces = {{"user", ""}};
    config.platform->uid_mappings = uids;
    config.platform->gid_mappings = gids;
    check_namespaces(config, plan_namespaces(*config.platform), false);
  };
  const Mappings one{{0, 1000, 1}};
  CHECK_NOTHROW(make(one, one));
  CHECK_THROWS_WITH(make(one, {}), "user namespaces enabled, but no gid mappings found");
  CHECK_THROWS_WITH(make({}, one), "user namespaces enabled, but no uid mappings found");
  CHECK_THROWS_AS(make({}, {}), Error);

  spec::Config config;
  config.platform.emplace();
  config.platform->namespaces = {{"user", "/proc/1/ns/user"}};
  CHECK_NOTHROW(check_namespaces(config, plan_namespaces(*config.platform), false));
}

}  // namespace corten::config
