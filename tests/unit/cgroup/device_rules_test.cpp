// SPDX-License-Identifier: Apache-2.0
#include "cgroup/device_rules.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using namespace corten::cgroup;

namespace {

DeviceRule rule(bool allow, char type, std::optional<std::uint32_t> major, std::optional<std::uint32_t> minor,
                std::string_view access) {
  DeviceRule made;
  made.type = type;
  made.major = major;
  made.minor = minor;
  made.read = access.find('r') != std::string_view::npos;
  made.write = access.find('w') != std::string_view::npos;
  made.mknod = access.find('m') != std::string_view::npos;
  made.allow = allow;
  return made;
}

std::vector<std::string> shown(const std::vector<Write>& writes) {
  std::vector<std::string> lines;
  for (const auto& write : writes) lines.push_back(write.file.substr(write.file.find('.') + 1) + " " + write.value);
  return lines;
}

using Lines = std::vector<std::string>;
constexpr auto any = std::nullopt;

}  // namespace

TEST_CASE("no rules allow nothing", "[cgroup]") {
  const auto set = DeviceSet::of_rules({});
  CHECK_FALSE(set.allows_by_default());
  CHECK(set.exceptions().empty());
}

TEST_CASE("a rule for all devices starts anew", "[cgroup]") {
  const auto set = DeviceSet::of_rules({rule(true, 'c', 1, 3, "rwm"), rule(true, 'a', any, any, "rwm")});
  CHECK(set.allows_everything());
  CHECK(DeviceSet::of_rules({rule(true, 'a', any, any, "rwm"), rule(false, 'a', any, any, "rwm")}) == DeviceSet{});
}

TEST_CASE("rules for one device add up, and take away again", "[cgroup]") {
  const auto set =
      DeviceSet::of_rules({rule(true, 'c', 1, 3, "r"), rule(true, 'c', 1, 3, "wm"), rule(false, 'c', 1, 3, "m")});
  REQUIRE(set.exceptions().size() == 1);
  CHECK(set.exceptions().begin()->second == (device_access::read | device_access::write));
  CHECK(DeviceSet::of_rules({rule(true, 'c', 1, 3, "r"), rule(false, 'c', 1, 3, "rwm")}) == DeviceSet{});
  CHECK(DeviceSet::of_rules({rule(true, 'b', 1, 3, "r"), rule(false, 'c', 1, 3, "r")}).exceptions().size() == 1);
}

TEST_CASE("a part of a wildcard rule cannot be taken out", "[cgroup]") {
  CHECK_THROWS_WITH(DeviceSet::of_rules({rule(true, 'c', 1, any, "rwm"), rule(false, 'c', 1, 11, "rw")}),
                    Catch::Contains("[c 1:11 rw]") && Catch::Contains("[c 1:* rwm]"));
  CHECK_THROWS_AS(DeviceSet::of_rules({rule(true, 'c', any, any, "m"), rule(false, 'c', 1, 11, "m")}), Error);
  CHECK_NOTHROW(DeviceSet::of_rules({rule(true, 'c', any, any, "m"), rule(false, 'c', 1, 11, "rw")}));
  CHECK_NOTHROW(DeviceSet::of_rules({rule(true, 'c', 1, any, "rwm"), rule(false, 'c', 1, any, "w")}));
}

TEST_CASE("devices.list is read back as it is written", "[cgroup]") {
  CHECK(DeviceSet::of_list("a *:* rwm\n").allows_everything());
  CHECK(DeviceSet::of_list("c 1:3 rwm\nb *:* m\n") ==
        DeviceSet::of_rules({rule(true, 'c', 1, 3, "rwm"), rule(true, 'b', any, any, "m")}));
  CHECK_THROWS_AS(DeviceSet::of_list("c 1 rwm"), Error);
  CHECK_THROWS_AS(DeviceSet::of_list("c x:3 rwm"), Error);
}

TEST_CASE("a list of allowed devices on v1: deny all, then allow each", "[cgroup]") {
  const auto target = DeviceSet::of_rules({rule(false, 'a', any, any, "rwm"), rule(true, 'c', any, any, "m"),
                                           rule(true, 'c', 5, 0, "rwm"), rule(true, 'c', 1, 3, "rw")});
  CHECK(shown(plan_device_writes(DeviceSet::allowing_all(), target)) ==
        Lines{"deny a", "allow c *:* m", "allow c 1:3 rw", "allow c 5:0 rwm"});
}

TEST_CASE("a list of denied devices on v1: allow all, then deny each", "[cgroup]") {
  const auto target = DeviceSet::of_rules({rule(true, 'a', any, any, "rwm"), rule(false, 'b', 8, any, "w")});
  CHECK(shown(plan_device_writes(DeviceSet{}, target)) == Lines{"allow a", "deny b 8:* w"});
}

TEST_CASE("between two lists of allowed devices only the difference is written", "[cgroup]") {
  const auto old =
      DeviceSet::of_rules({rule(true, 'c', 1, 3, "rwm"), rule(true, 'c', 1, 5, "rw"), rule(true, 'c', 1, 7, "r")});
  const auto wanted =
      DeviceSet::of_rules({rule(true, 'c', 1, 3, "rwm"), rule(true, 'c', 1, 5, "rm"), rule(true, 'c', 1, 9, "r")});
  CHECK(shown(plan_device_writes(old, wanted)) ==
        Lines{"deny c 1:5 w", "deny c 1:7 r", "allow c 1:5 m", "allow c 1:9 r"});
  CHECK(plan_device_writes(old, old).empty());
}
