// SPDX-License-Identifier: Apache-2.0
#include "rdt/resctrl.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "../cgroup/fake_tree.hpp"
#include "base/error.hpp"
#include "config/rdt.hpp"
#include "rdt/statistics.hpp"

using namespace corten;
using namespace corten::rdt;
namespace fs = std::filesystem;

namespace {

using Lines = std::vector<std::string>;

/// A resctrl tree with one group, "gold", that somebody made before.
struct FakeResctrl {
  test::FakeTree tree;

  FakeResctrl() {
    tree.file("schemata", "    L3:0=ff;1=ff\n    MB:0=100;1=100\n");
    tree.file("info/last_cmd_status", "ok\n");
    tree.file("info/L3/cbm_mask", "ff\n");
    tree.file("info/L3/min_cbm_bits", "1\n");
    tree.file("info/L3/num_closids", "16\n");
    tree.file("gold/tasks");
    tree.file("gold/schemata", "    L3:0=f;1=f\n    MB:0=50;1=50\n");
  }

  void add_bandwidth() const {
    tree.file("info/MB/bandwidth_gran", "10\n");
    tree.file("info/MB/delay_linear", "1\n");
    tree.file("info/MB/min_bandwidth", "10\n");
    tree.file("info/MB/num_closids", "8\n");
  }

  void add_domain(const std::string& group, const std::string& name, const std::string& number) const {
    const auto domain = group + "/mon_data/" + name;
    tree.file(domain + "/llc_occupancy", number + "1\n");
    tree.file(domain + "/mbm_total_bytes", number + "2\n");
    tree.file(domain + "/mbm_local_bytes", number + "3\n");
  }
};

Plan of(const std::string& group, bool shared, Lines schemata) { return {group, shared, std::move(schemata), {}}; }

}  // namespace

TEST_CASE("resctrl is found wherever it is mounted", "[rdt]") {
  CHECK(root_in("20 1 0:1 / /sys rw shared:7 - sysfs sysfs rw\n"
                "36 20 0:40 / /mnt/rdt rw,relatime shared:9 master:3 - resctrl resctrl rw\n") == "/mnt/rdt");
  CHECK_FALSE(root_in("20 1 0:1 / /resctrl rw - sysfs resctrl rw\n"));
  CHECK_FALSE(root_in(""));
}

// Field: linux.intelRdt.{closID,schemata,l3CacheSchema,memBwSchema,enableMonitoring}
TEST_CASE("a group is named by closID, else by the container's id", "[rdt]") {
  const auto plain = config::plan_rdt({}, "box");
  CHECK(plain.group == "box");
  CHECK_FALSE(plain.shared);
  CHECK(plain.schemata.empty());
  CHECK(plain.monitor.empty());
  const auto full = config::plan_rdt({"gold", {"L2:0=f", ""}, "L3:0=f", "MB:0=20", true}, "box");
  CHECK(full.group == "gold");
  CHECK(full.shared);
  CHECK(full.schemata == Lines{"L3:0=f", "MB:0=20", "L2:0=f"});
  CHECK(full.monitor == "box");
  CHECK(config::plan_rdt({"/", {}, {}, {}, false}, "box").group == "/");
}

TEST_CASE("a closID that leads elsewhere is refused", "[rdt]") {
  for (const auto* name : {".", "..", "a/b", "/a", "../a"}) {
    CAPTURE(name);
    CHECK_THROWS_WITH(config::plan_rdt({name, {}, {}, {}, false}, "box"),
                      "invalid intelRdt.ClosID \"" + std::string{name} + "\"");
  }
}

TEST_CASE("only a group that is new and the container's own is removed with it", "[rdt]") {
  const FakeResctrl fake;
  const auto& root = fake.tree.root();
  CHECK(plan_group(root, of("box", false, {})).created);
  CHECK_FALSE(plan_group(root, of("gold", false, {})).created);
  CHECK_FALSE(plan_group(root, of("silver", true, {"L3:0=f"})).created);
  CHECK(plan_group(root, of("/", true, {})).path == root);
  auto plan = of("gold", true, {});
  plan.monitor = "box";
  CHECK(plan_group(root, plan).monitor_path == root + "/gold/mon_groups/box");
}

// Field: linux.intelRdt.{closID,schemata,enableMonitoring}
TEST_CASE("the first process goes into the group, then its schemata are set", "[rdt]") {
  const FakeResctrl fake;
  fake.tree.file("gold/mon_groups/box/tasks");
  auto plan = of("gold", true, {"L3:0=3", "MB:0=20"});
  plan.monitor = "box";
  const auto group = plan_group(fake.tree.root(), plan);
  make_group(fake.tree.root(), group, plan, 42);
  CHECK(fake.tree.read("gold/tasks") == "42");
  CHECK(fake.tree.read("gold/mon_groups/box/tasks") == "42");
  CHECK(fake.tree.read("gold/schemata").starts_with("L3:0=3\nMB:0=20\n"));
}

TEST_CASE("a closID without schemata must be there already", "[rdt]") {
  const FakeResctrl fake;
  const auto plan = of("silver", true, {});
  CHECK_THROWS_WITH(make_group(fake.tree.root(), plan_group(fake.tree.root(), plan), plan, 42),
                    Catch::StartsWith("clos dir not accessible (must be pre-created when schemata, l3CacheSchema and "
                                      "memBwSchema are empty): stat "));
  CHECK_FALSE(fs::exists(fake.tree.path("silver")));
}

TEST_CASE("a refusal tells what the kernel says of it", "[rdt]") {
  const FakeResctrl fake;
  fake.tree.file("info/last_cmd_status", "mask f00 has non-consecutive 1-bits\n");
  fake.tree.directory("broken");
  CHECK_THROWS_WITH(
      set_schemata(fake.tree.root(), fake.tree.path("broken"), {"L3:0=f00"}),
      Catch::StartsWith("intelrdt: unable to write \"L3:0=f00\\n\": ") &&
          Catch::EndsWith("no such file or directory, last_cmd_status: mask f00 has non-consecutive 1-bits"));
  const auto plan = of("broken", true, {"L3:0=f"});
  CHECK_THROWS_WITH(make_group(fake.tree.root(), plan_group(fake.tree.root(), plan), plan, 42),
                    Catch::StartsWith("intelrdt: unable to add pid 42: "));
}

TEST_CASE("a further process enters the group while it is there", "[rdt]") {
  const FakeResctrl fake;
  const Group group{fake.tree.path("gold"), fake.tree.path("gold/mon_groups/box"), false};
  add_process(fake.tree.root(), group, 43);
  CHECK(fake.tree.read("gold/tasks") == "43");
  CHECK_NOTHROW(add_process(fake.tree.root(), {fake.tree.path("gone"), {}, false}, 43));
}

TEST_CASE("removal takes the own group, else the own monitoring group", "[rdt]") {
  const FakeResctrl fake;
  const auto own = fake.tree.directory("box");
  remove_group({own, own + "/mon_groups/box", true});
  CHECK_FALSE(fs::exists(own));
  const auto monitor = fake.tree.directory("gold/mon_groups/box");
  const Group shared{fake.tree.path("gold"), monitor, false};
  remove_group(shared);
  CHECK_FALSE(fs::exists(monitor));
  CHECK(fs::exists(fake.tree.path("gold/tasks")));
  CHECK_NOTHROW(remove_group(shared));
  CHECK_NOTHROW(remove_group({}));
}

TEST_CASE("statistics tell the limits of root and group", "[rdt]") {
  const FakeResctrl fake;
  auto read = read_statistics(fake.tree.root(), {fake.tree.path("gold"), {}, false});
  REQUIRE(read.cache);
  CHECK(read.cache->mask == "ff");
  CHECK(read.cache->least_bits == 1);
  CHECK(read.cache->groups == 16);
  CHECK(read.cache_schema_root == "L3:0=ff;1=ff");
  CHECK(read.cache_schema == "L3:0=f;1=f");
  CHECK(read.schemata == Lines{"L3:0=f;1=f", "MB:0=50;1=50"});
  CHECK_FALSE(read.bandwidth);
  CHECK(read.bandwidth_schema.empty());
  CHECK_FALSE(read.cache_usage);
  fake.add_bandwidth();
  read = read_statistics(fake.tree.root(), {fake.tree.path("gold"), {}, false});
  REQUIRE(read.bandwidth);
  CHECK(read.bandwidth->granularity == 10);
  CHECK(read.bandwidth->groups == 8);
  CHECK(read.bandwidth_schema_root == "MB:0=100;1=100");
  CHECK(read.bandwidth_schema == "MB:0=50;1=50");
}

TEST_CASE("use is measured in the own monitoring group, else in the whole one", "[rdt]") {
  const FakeResctrl fake;
  fake.tree.file("info/L3_MON/mon_features", "llc_occupancy\nmbm_total_bytes\nmbm_local_bytes\n");
  fake.add_domain("gold", "mon_L3_00", "10");
  fake.add_domain("gold", "mon_L3_01", "20");
  fake.add_domain("gold/mon_groups/box", "mon_L3_00", "7");
  const Group whole{fake.tree.path("gold"), {}, false};
  auto read = read_statistics(fake.tree.root(), whole);
  CHECK(read.cache_usage == std::vector<corten::resources::CacheUsage>{{101}, {201}});
  REQUIRE(read.bandwidth_usage->size() == 2);
  CHECK(read.bandwidth_usage->at(1).total == 202);
  CHECK(read.bandwidth_usage->at(1).local == 203);
  read = read_statistics(fake.tree.root(), {whole.path, fake.tree.path("gold/mon_groups/box"), false});
  CHECK(read.cache_usage == std::vector<corten::resources::CacheUsage>{{71}});
  fake.tree.file("info/L3_MON/mon_features", "llc_occupancy\n");
  CHECK_FALSE(read_statistics(fake.tree.root(), whole).bandwidth_usage);
  fake.tree.file("gold/mon_data/mon_L3_00/llc_occupancy", "Unavailable\n");
  CHECK_THROWS_WITH(read_statistics(fake.tree.root(), whole), Catch::StartsWith("unable to parse \"Unavailable\""));
}
