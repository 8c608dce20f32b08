// SPDX-License-Identifier: Apache-2.0
#include "config/mount_id_map.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using Ranges = std::vector<rootfs::IdRange>;

namespace {

rootfs::MountIdMap map_of(std::string_view option, const spec::Linux& platform = {}) {
  rootfs::MountIdMap map;
  config::read_id_map(map, option, platform);
  return map;
}

}  // namespace

TEST_CASE("idmap: other options are none", "[config]") {
  for (const auto* option : {"idmap", "ridmap", "idmapped=x", "ro", "r", ""}) {
    CHECK_FALSE(config::id_map_text(option));
    CHECK(map_of(option) == rootfs::MountIdMap{});
  }
}

TEST_CASE("idmap: ranges of users and groups", "[config]") {
  for (const auto* option : {"idmap=uids=0-1-10#10-11-10;gids=0-100-10", "ridmap=uids=0-1-10#10-11-10;gids=0-100-10"}) {
    const auto map = map_of(option);
    CHECK(map.uids == Ranges{{0, 1, 10}, {10, 11, 10}});
    CHECK(map.gids == Ranges{{0, 100, 10}});
  }
}

TEST_CASE("idmap: an id of the container becomes one of the host", "[config]") {
  spec::Linux platform;
  platform.uid_mappings = {{0, 0, 1}, {1, 2, 1000}};
  CHECK(map_of("idmap=uids=@1-3-10", platform).uids == Ranges{{1, 4, 10}});
  CHECK_THROWS_WITH(map_of("idmap=uids=@1-1001-1", platform), Catch::Contains("does not map 1001"));
  CHECK_THROWS_WITH(map_of("idmap=gids=@1-0-1", platform), Catch::Contains("does not map 0"));
}

TEST_CASE("idmap: what is no range is an error that shows it", "[config]") {
  for (const auto* text : {"", "x", "uids", "uids=", "uids=1", "uids=1-2", "uids=1-2-3-4", "uids=1-2-x", "uids=-1-2-3",
                           "uids=1-2-0", "uids=1-2-4294967296", "uids=1-2-3;x=1-2-3", "uids=1-2-3;", "uids=1-2-3#"}) {
    CHECK_THROWS_WITH(map_of(std::string{"idmap="} + text), Catch::StartsWith("idmap: "));
  }
}
