// SPDX-License-Identifier: Apache-2.0
#include "config/ids.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "config/mounts.hpp"
#include "config/namespaces.hpp"
#include "config/process.hpp"

using namespace corten;
using namespace corten::config;

namespace {

constexpr std::uint32_t no_id = 4294967295;

spec::Process process_of(const spec::User& user) {
  spec::Process process;
  process.cwd = "/";
  process.args = {"id"};
  process.user = user;
  return process;
}

}  // namespace

TEST_CASE("an id that the kernel takes for none is refused with its field", "[config]") {
  CHECK_NOTHROW(check_id(last_id, "x"));
  CHECK_THROWS_WITH(check_id(no_id, "x"), "x: 4294967295 is no id: the highest is 4294967294");
  spec::User user;
  user.uid = no_id;
  CHECK_THROWS_WITH(plan_launch(process_of(user)), Catch::StartsWith("process.user.uid: 4294967295 is no id"));
  user.uid = 0;
  user.gid = no_id;
  CHECK_THROWS_WITH(plan_launch(process_of(user)), Catch::StartsWith("process.user.gid: 4294967295 is no id"));
  user.gid = last_id;
  user.additional_gids = {5, no_id};
  CHECK_THROWS_WITH(plan_launch(process_of(user)), Catch::StartsWith("process.user.additionalGids[1]: "));
  user.additional_gids = {5, last_id};
  CHECK(plan_launch(process_of(user)).user.groups == std::vector<std::uint32_t>{5, last_id});
}

TEST_CASE("a device's owner is an id", "[config]") {
  spec::Device device;
  device.type = "c";
  device.path = "/dev/x";
  device.uid = no_id;
  CHECK_THROWS_WITH(plan_devices({spec::Device{"c", "/dev/y", 1, 3, {}, {}, {}}, device}),
                    Catch::StartsWith("linux.devices[1].uid: 4294967295"));
  device.uid = last_id;
  device.gid = no_id;
  CHECK_THROWS_WITH(plan_devices({device}), Catch::StartsWith("linux.devices[0].gid: 4294967295"));
}

TEST_CASE("the ranges of a joined user namespace are looked at, too", "[config]") {
  spec::Config config;
  auto& platform = config.platform.emplace();
  platform.namespaces = {{"user", "/proc/1/ns/user"}};
  platform.uid_mappings = {{0, 4294967290, 10}};
  CHECK_THROWS_WITH(check_namespaces(config, plan_namespaces(platform), false),
                    Catch::StartsWith("linux.uidMappings[0]: the range goes beyond the last id"));
  platform.uid_mappings = {{0, 0, 4294967295}};  // that of the host
  CHECK_NOTHROW(check_namespaces(config, plan_namespaces(platform), false));
  platform.gid_mappings = {{4294967295, 0, 1}};
  CHECK_THROWS_WITH(check_namespaces(config, plan_namespaces(platform), false),
                    Catch::StartsWith("linux.gidMappings[0]: the range goes beyond the last id"));
}

TEST_CASE("the owner that a mount's options name is an id", "[config]") {
  const auto check = [](std::string type, std::string option) {
    check_owner_options(type, {"nosuid", std::move(option)}, "mounts[3].options");
  };
  for (const std::string type : {"tmpfs", "devpts"}) {
    CHECK_NOTHROW(check(type, "gid=5"));
    CHECK_NOTHROW(check(type, "uid=4294967294"));
    CHECK_NOTHROW(check(type, "uid=0xfffffffe,gid=017"));
    CHECK_NOTHROW(check(type, "mode=4294967295"));
    for (const std::string id :
         {"4294967295", "4294967296", "18446744073709551616", "-1", "", "root", "1.0", "0xffffffff", "037777777777"}) {
      CHECK_THROWS_WITH(check(type, "uid=" + id), Catch::StartsWith("mounts[3].options[1]: \"" + id + "\" is no id"));
      CHECK_THROWS_WITH(check(type, "size=1k,gid=" + id), Catch::StartsWith("mounts[3].options[1]: \"" + id + "\""));
    }
  }
  CHECK_NOTHROW(check("udf", "uid=forget"));
}
