// SPDX-License-Identifier: Apache-2.0
#include "config/resources.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using namespace corten::config;

namespace {

spec::Config with_linux() {
  spec::Config config;
  config.platform.emplace();
  config.platform->resources.emplace();
  return config;
}

bool allows(const std::vector<cgroup::DeviceRule>& rules, char type, std::uint32_t major, std::uint32_t minor) {
  return std::ranges::any_of(rules, [&](const cgroup::DeviceRule& rule) {
    return rule.allow && rule.type == type && rule.major == major && rule.minor == minor && rule.read && rule.write &&
           rule.mknod;
  });
}

}  // namespace

TEST_CASE("the cgroup is the document's, or one named like the container", "[config]") {
  auto config = with_linux();
  auto plan = plan_cgroup(config, {"box", cgroup::Driver::files, false});
  CHECK(plan.path == "box");
  CHECK_FALSE(plan.explicit_path);
  config.platform->cgroups_path = "/pod/box";
  plan = plan_cgroup(config, {"box", cgroup::Driver::files, true});
  CHECK(plan.path == "/pod/box");
  CHECK(plan.explicit_path);
  CHECK(plan.rootless);
}

TEST_CASE("for systemd cgroupsPath is taken apart", "[config]") {
  auto config = with_linux();
  config.platform->cgroups_path = "machine.slice:libpod:abc";
  const auto plan = plan_cgroup(config, {"box", cgroup::Driver::systemd, false});
  CHECK(plan.parent_slice == "machine.slice");
  CHECK(plan.scope_prefix == "libpod");
  CHECK(plan.unit_name == "libpod-abc.scope");
  config.platform->cgroups_path = "a:b:pod.slice";
  CHECK(plan_cgroup(config, {"box", cgroup::Driver::systemd, false}).unit_name == "pod.slice");
  config.platform->cgroups_path = "/pod/box";
  CHECK_THROWS_WITH(
      plan_cgroup(config, {"box", cgroup::Driver::systemd, false}),
      "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"/pod/box\" instead");
}

TEST_CASE("annotations become properties of the unit when their names can be", "[config]") {
  auto config = with_linux();
  config.annotations = {{"org.systemd.property.TimeoutStopUSec", "uint64 1000000"}, {"other", "x"}};
  const auto plan = plan_cgroup(config, {"box", cgroup::Driver::systemd, false});
  REQUIRE(plan.unit_properties.size() == 1);
  CHECK(plan.unit_properties[0] == std::pair<std::string, std::string>{"TimeoutStopUSec", "uint64 1000000"});
  config.annotations = {{"org.systemd.property.Up", "true"}};
  CHECK_THROWS_WITH(plan_cgroup(config, {"box", cgroup::Driver::systemd, false}),
                    Catch::EndsWith("name incorrect: too short"));
  config.annotations = {{"org.systemd.property.Some1", "true"}};
  CHECK_THROWS_WITH(plan_cgroup(config, {"box", cgroup::Driver::systemd, false}),
                    Catch::EndsWith("contains non-alphabetic character"));
}

TEST_CASE("every container has the devices that engines count on", "[config]") {
  auto config = with_linux();
  config.platform->resources->devices = {{false, "", std::nullopt, std::nullopt, "rwm"}};
  const auto rules = plan_cgroup(config, {"box", cgroup::Driver::files, false}).resources.devices;
  CHECK(rules.front().type == 'a');
  CHECK_FALSE(rules.front().allow);
  CHECK(allows(rules, 'c', 1, 3));
  CHECK(allows(rules, 'c', 5, 2));
  CHECK(allows(rules, 'c', 10, 200));
  CHECK(rules.size() == 12);
  config.platform->resources.reset();
  CHECK(plan_cgroup(config, {"box", cgroup::Driver::files, false}).resources.devices.size() == 11);
}

TEST_CASE("a default device may be used whatever node the document makes of it", "[config]") {
  auto config = with_linux();
  spec::Device device;
  device.path = "/dev/zero";
  config.platform->devices = {device};
  const auto rules = plan_cgroup(config, {"box", cgroup::Driver::files, false}).resources.devices;
  CHECK(allows(rules, 'c', 1, 5));
  CHECK(allows(rules, 'c', 1, 3));
}

TEST_CASE("device rules: a negative number is any, letters that are no access count for nothing", "[config]") {
  spec::Resources resources;
  resources.devices = {{true, "c", -1, 7, "rwa"}};
  const auto rule = plan_resources(resources).devices.at(0);
  CHECK(rule.type == 'c');
  CHECK(rule.major == std::nullopt);
  CHECK(rule.minor == 7U);
  CHECK((rule.read && rule.write && !rule.mknod));
}

TEST_CASE("device rules that mean nothing are refused", "[config]") {
  spec::Resources resources;
  resources.devices = {{true, "c", 1, 3, "r"}, {true, "c", 1, 3, ""}};
  CHECK_THROWS_WITH(plan_resources(resources), "device access at 1 field cannot be empty");
  resources.devices = {{true, "p", 1, 3, "r"}};
  CHECK_THROWS_WITH(plan_resources(resources), "invalid cgroup device type \"p\"");
  resources.devices = {{true, "c", 4294967296, 3, "r"}};
  CHECK_THROWS_WITH(plan_resources(resources), "invalid major 4294967296");
}

TEST_CASE("the cgroup is given to the process's user only with a view of its own that is writable", "[config]") {
  auto config = with_linux();
  config.platform->namespaces = {{"cgroup", ""}, {"user", ""}};
  config.platform->uid_mappings = {{0, 100000, 65536}};
  config.process.emplace();
  config.process->user.uid = 7;
  const auto owner = [&] { return plan_cgroup(config, {"box", cgroup::Driver::files, false}).owner_uid; };
  CHECK(owner() == std::nullopt);
  spec::Mount mount;
  mount.destination = "/sys/fs/cgroup/";
  mount.source = "cgroup";
  mount.options = {"nosuid", "ro"};
  config.mounts = {mount};
  CHECK(owner() == std::nullopt);
  config.mounts[0].options = {"ro", "rw"};
  CHECK(owner() == 100007U);
  config.process->user.uid = 70000;  // not mapped
  CHECK(owner() == std::nullopt);
  config.platform->namespaces = {{"cgroup", ""}};
  CHECK(owner() == 70000U);
  config.platform->namespaces = {{"cgroup", "/proc/1/ns/cgroup"}};
  CHECK(owner() == std::nullopt);
}

TEST_CASE("an update writes what was asked for, and keeps the rest", "[config]") {
  cgroup::Resources current;
  current.pids_limit = 20;
  current.cpu.shares = 100;
  current.cpu.burst = 500;
  current.memory.limit = 1000;
  spec::Resources wanted;
  wanted.pids_limit = 30;
  const auto update = plan_update(current, wanted);
  CHECK(update.changes.pids_limit == 30);
  CHECK(update.changes.devices.empty());
  CHECK_FALSE(update.changes.cpu.shares);
  CHECK_FALSE(update.changes.cpu.burst);
  CHECK_FALSE(update.changes.memory.limit);
  CHECK(update.merged.pids_limit == 30);
  CHECK(update.merged.cpu.shares == 100U);
  CHECK(update.merged.cpu.burst == 500U);
  CHECK(update.merged.memory.limit == 1000);
}

TEST_CASE("an update of quota or period writes both, for v2 has them in one file", "[config]") {
  cgroup::Resources current;
  current.cpu.quota = 500000;
  current.cpu.period = 1000000;
  spec::Resources wanted;
  wanted.cpu.emplace();
  wanted.cpu->period = 900000;
  const auto update = plan_update(current, wanted);
  CHECK(update.changes.cpu.quota == 500000);
  CHECK(update.changes.cpu.period == 900000U);
  CHECK(update.merged.cpu.period == 900000U);
}

TEST_CASE("an update of memory or swap writes both, for each bounds the other", "[config]") {
  cgroup::Resources current;
  current.memory.limit = 50;
  current.memory.swap = 96;
  spec::Resources wanted;
  wanted.memory.emplace();
  wanted.memory->limit = 60;
  auto update = plan_update(current, wanted);
  CHECK(update.changes.memory.limit == 60);
  CHECK(update.changes.memory.swap == 96);
  wanted.memory->limit = -1;  // unlimited memory: the old swap limit would still be one
  update = plan_update(current, wanted);
  CHECK_FALSE(update.changes.memory.swap);
  CHECK_FALSE(update.merged.memory.swap);
}

TEST_CASE("a limit of 0 is not named in an update, and the old one stays", "[config]") {
  cgroup::Resources current;
  current.memory.limit = 50;
  current.memory.swap = 96;
  spec::Resources wanted;
  wanted.memory.emplace();
  wanted.memory->limit = 0;
  wanted.memory->swap = 0;
  const auto update = plan_update(current, wanted);
  CHECK_FALSE(update.changes.memory.limit);
  CHECK_FALSE(update.changes.memory.swap);
  CHECK(update.merged.memory.limit == 50);
  CHECK(update.merged.memory.swap == 96);
}

TEST_CASE("an update to idle drops the weight that an idle group cannot have", "[config]") {
  cgroup::Resources current;
  current.cpu.shares = 100;
  spec::Resources wanted;
  wanted.cpu.emplace();
  wanted.cpu->idle = 1;
  const auto update = plan_update(current, wanted);
  CHECK(update.changes.cpu.idle == 1);
  CHECK_FALSE(update.merged.cpu.shares);
}

TEST_CASE("an update of a device's limit replaces the one it had", "[config]") {
  cgroup::Resources current;
  current.block_io.read_bps = {{8, 0, 100}, {8, 16, 200}};
  current.block_io.weights = {{8, 0, std::uint16_t{500}, std::uint16_t{50}}};
  spec::Resources wanted;
  wanted.block_io.emplace();
  wanted.block_io->throttle_read_bps = {{8, 16, 300}, {8, 32, 400}};
  wanted.block_io->weight_device = {{8, 0, std::uint16_t{600}, std::nullopt}};
  const auto update = plan_update(current, wanted);
  REQUIRE(update.merged.block_io.read_bps.size() == 3);
  CHECK(update.merged.block_io.read_bps[0].rate == 100);
  CHECK(update.merged.block_io.read_bps[1].rate == 300);
  CHECK(update.merged.block_io.weights.at(0).weight == 600);
  CHECK(update.merged.block_io.weights.at(0).leaf_weight == 50);
  CHECK(update.changes.block_io.read_bps.size() == 2);
}

TEST_CASE("names that become those of files are checked", "[config]") {
  spec::Resources resources;
  resources.unified = {{"memory.swap.max", "1"}, {"hugetlb.2MB.rsvd.max", "1"}, {"some_new.thing", "1"}};
  CHECK(plan_resources(resources).unified == resources.unified);
  for (const std::string name : {"..", ".", "", ".max", "memory.", "memory..max", "memory", "memory.max\n", "a b.c"}) {
    resources.unified = {{name, "1"}};
    CHECK_THROWS_WITH(plan_resources(resources), Catch::EndsWith("must be in the form CONTROLLER.PARAMETER"));
  }
  for (const std::string name : {"../pids.max", "/", "a/b.c"}) {
    resources.unified = {{name, "1"}};
    CHECK_THROWS_WITH(plan_resources(resources), "unified resource \"" + name + "\" must be a file name (no slashes)");
  }
  resources.unified.clear();
  resources.hugepage_limits = {{"2MB", 1}, {"64KB", 1}, {"16GB", 1}};
  CHECK(plan_resources(resources).hugepages.size() == 3);
  for (const std::string size : {"", "MB", "2", "2M", "2m", "2XB", "../../x", "2MB/"}) {
    resources.hugepage_limits = {{"2MB", 1}, {size, 1}};
    CHECK_THROWS_WITH(plan_resources(resources), Catch::StartsWith("linux.resources.hugepageLimits[1].pageSize: "));
  }
}
