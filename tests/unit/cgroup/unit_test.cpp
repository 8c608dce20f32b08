// SPDX-License-Identifier: Apache-2.0
#include "cgroup/systemd/unit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "base/error.hpp"

using namespace corten;
using namespace corten::cgroup;
using systemd::Property;

namespace {

using Lines = std::vector<std::string>;

/// "Name=value" of each property, in order.
Lines shown(const std::vector<Property>& properties) {
  Lines lines;
  for (const auto& property : properties) lines.push_back(property.name + "=" + systemd::show(property.value));
  return lines;
}

Lines limits_of(Resources resources, Layout layout = Layout::unified) {
  return shown(plan_unit_limits(resources, layout));
}

Lines unified(const std::string& file, const std::string& value) { return shown(plan_unit_unified({{file, value}})); }

Plan scope() {
  Plan plan;
  plan.driver = Driver::systemd;
  plan.unit_name = "corten-web.scope";
  return plan;
}

DeviceRule allow(char type, std::optional<std::uint32_t> major, std::optional<std::uint32_t> minor) {
  return {type, major, minor, true, true, true, true};
}

bool has(const Lines& lines, const std::string& line) { return std::ranges::find(lines, line) != lines.end(); }

}  // namespace

TEST_CASE("a slice's path names the slices above it", "[cgroup][systemd]") {
  CHECK(expand_slice("system.slice") == "/system.slice");
  CHECK(expand_slice("a-b-c.slice") == "/a.slice/a-b.slice/a-b-c.slice");
  CHECK(expand_slice("-.slice").empty());
  for (const auto* name : {"", ".slice", "a", "a.scope", "a/b.slice", "a--b.slice", "-a.slice", "a-.slice"}) {
    CAPTURE(name);
    CHECK_THROWS_WITH(expand_slice(name), std::string{"invalid slice name: "} + name);
  }
}

TEST_CASE("a unit goes to its slice, else to the default of root or user", "[cgroup][systemd]") {
  auto plan = scope();
  CHECK(slice_of(plan) == "system.slice");
  plan.rootless = true;
  CHECK(slice_of(plan) == "user.slice");
  plan.parent_slice = "machine.slice";
  CHECK(slice_of(plan) == "machine.slice");
}

TEST_CASE("a scope is delegated and has everything accounted for", "[cgroup][systemd]") {
  const Lines expected{R"(Description="container unit corten-web.scope")",
                       R"(Slice="system.slice")",
                       "Delegate=true",
                       "MemoryAccounting=true",
                       "CPUAccounting=true",
                       "IOAccounting=true",
                       "TasksAccounting=true",
                       "DefaultDependencies=false"};
  CHECK(shown(plan_unit(scope(), Layout::unified)) == expected);
  CHECK(has(shown(plan_unit(scope(), Layout::legacy)), "BlockIOAccounting=true"));
  auto slice = scope();
  slice.unit_name = "pod.slice";
  const auto lines = shown(plan_unit(slice, Layout::unified));
  CHECK(has(lines, R"(Wants=["system.slice"])"));
  CHECK_FALSE(has(lines, "Delegate=true"));
}

TEST_CASE("annotations are typed values, and seconds become microseconds", "[cgroup][systemd]") {
  const auto of = [](const std::string& name, const std::string& text) { return plan_annotations({{name, text}}); };
  CHECK(of("CollectMode", "'inactive'") == std::vector<Property>{{"CollectMode", systemd::Value::string("inactive")}});
  CHECK(of("TimeoutStopUSec", "uint64 5") == std::vector<Property>{{"TimeoutStopUSec", systemd::Value::u64(5)}});
  CHECK(of("TimeoutStopSec", "5") == std::vector<Property>{{"TimeoutStopUSec", systemd::Value::u64(5000000)}});
  CHECK(of("TimeoutStopSec", "0.5") == std::vector<Property>{{"TimeoutStopUSec", systemd::Value::u64(500000)}});
  CHECK(of("Sec", "5").front().name == "Sec");
  CHECK(of("USec", "5").front().name == "USec");
  CHECK_THROWS_WITH(of("TimeoutStopSec", "'5'"),
                    "annotation org.systemd.property.TimeoutStopSec='5' value parse error: not a number");
  CHECK_THROWS_AS(of("TimeoutStopSec", "-1"), Error);
  CHECK_THROWS_AS(of("TimeoutStopSec", "-1.0"), Error);
  CHECK_THROWS_WITH(of("TasksMax", "many"),
                    Catch::StartsWith("annotation org.systemd.property.TasksMax=many value parse"));
}

TEST_CASE("next to cpu.idle a weight is left out of the files too", "[cgroup][systemd]") {
  Resources resources;
  resources.cpu.shares = 1024;
  resources.cpu.idle = 1;
  resources.unified = {{"cpu.idle", "1"}, {"cpu.weight", "5"}};
  static_cast<void>(plan_unit_limits(resources, Layout::unified));
  CHECK_FALSE(resources.cpu.shares);
  CHECK(resources.unified.size() == 1);
}

TEST_CASE("an annotation comes after what it changes", "[cgroup][systemd]") {
  auto plan = scope();
  plan.unit_properties = {{"Delegate", "false"}};
  CHECK(shown(plan_unit(plan, Layout::unified)).back() == "Delegate=false");
}

TEST_CASE("no limits, no properties", "[cgroup][systemd]") {
  CHECK(limits_of({}).empty());
  CHECK(limits_of({}, Layout::legacy).empty());
}

TEST_CASE("memory limits become properties; -1 is infinity", "[cgroup][systemd]") {
  Resources resources;
  resources.memory.limit = 1000;
  resources.memory.reservation = 500;
  resources.memory.swap = 3000;
  CHECK(limits_of(resources) == Lines{"MemoryMax=1000", "MemoryLow=500", "MemorySwapMax=2000"});
  CHECK(limits_of(resources, Layout::legacy) == Lines{"MemoryLimit=1000"});
  resources.memory = {};
  resources.memory.limit = -1;
  CHECK(limits_of(resources) == Lines{"MemoryMax=18446744073709551615", "MemorySwapMax=18446744073709551615"});
  resources.memory.limit = 1000;
  resources.memory.swap = 500;
  CHECK_THROWS_WITH(limits_of(resources), "memory+swap limit should be >= memory limit");
}

TEST_CASE("shares become a weight on v2 and stay shares on v1", "[cgroup][systemd]") {
  Resources resources;
  resources.cpu.shares = 1024;
  CHECK(limits_of(resources) == Lines{"CPUWeight=100"});
  CHECK(limits_of(resources, Layout::legacy) == Lines{"CPUShares=1024"});
  resources.cpu.idle = 1;
  CHECK(limits_of(resources) == Lines{"CPUWeight=0"});
  CHECK(plan_unit_limits(resources, Layout::unified).back().since == 252);
}

TEST_CASE("a quota is rounded up to whole percents, in the files too", "[cgroup][systemd]") {
  const auto of = [](std::optional<std::int64_t> quota, std::optional<std::uint64_t> period) {
    Resources resources;
    resources.cpu.quota = quota;
    resources.cpu.period = period;
    auto lines = shown(plan_unit_limits(resources, Layout::unified));
    if (resources.cpu.quota) lines.push_back("quota " + std::to_string(*resources.cpu.quota));
    return lines;
  };
  CHECK(of(50000, 100000) == Lines{"CPUQuotaPeriodUSec=100000", "CPUQuotaPerSecUSec=500000", "quota 50000"});
  CHECK(of(50001, 100000) == Lines{"CPUQuotaPeriodUSec=100000", "CPUQuotaPerSecUSec=510000", "quota 51000"});
  CHECK(of(50000, std::nullopt) == Lines{"CPUQuotaPerSecUSec=500000", "quota 50000"});
  CHECK(of(-1, std::nullopt) == Lines{"CPUQuotaPerSecUSec=18446744073709551615", "quota -1"});
  CHECK(of(std::nullopt, 1000) == Lines{"CPUQuotaPeriodUSec=1000", "CPUQuotaPerSecUSec=18446744073709551615"});
  CHECK_THROWS_AS(of(INT64_MAX, 100000), Error);
}

TEST_CASE("block device limits name the device by its number", "[cgroup][systemd]") {
  Resources resources;
  resources.block_io.weight = 1000;
  resources.block_io.weights = {{8, 0, 10, std::nullopt}};
  resources.block_io.read_bps = {{8, 0, 1}};
  resources.block_io.write_bps = {{8, 0, 2}, {8, 16, 3}};
  resources.block_io.read_iops = {{8, 0, 4}};
  resources.block_io.write_iops = {{8, 0, 5}};
  CHECK(limits_of(resources) == Lines{"IOWeight=10000", R"(IODeviceWeight=[("/dev/block/8:0", 1)])",
                                      R"(IOReadBandwidthMax=[("/dev/block/8:0", 1)])",
                                      R"(IOWriteBandwidthMax=[("/dev/block/8:0", 2), ("/dev/block/8:16", 3)])",
                                      R"(IOReadIOPSMax=[("/dev/block/8:0", 4)])",
                                      R"(IOWriteIOPSMax=[("/dev/block/8:0", 5)])"});
  CHECK(limits_of(resources, Layout::legacy) ==
        Lines{"BlockIOWeight=1000", R"(BlockIODeviceWeight=[("/dev/block/8:0", 10)])",
              R"(BlockIOReadBandwidth=[("/dev/block/8:0", 1)])",
              R"(BlockIOWriteBandwidth=[("/dev/block/8:0", 2), ("/dev/block/8:16", 3)])"});
}

TEST_CASE("a limit of 0 tasks is 1, as systemd takes no 0", "[cgroup][systemd]") {
  const auto of = [](std::int64_t limit) {
    Resources resources;
    resources.pids_limit = limit;
    return limits_of(resources);
  };
  CHECK(of(42) == Lines{"TasksMax=42"});
  CHECK(of(0) == Lines{"TasksMax=1"});
  CHECK(of(-1) == Lines{"TasksMax=18446744073709551615"});
}

TEST_CASE("processor lists become bits, the lowest byte first", "[cgroup][systemd]") {
  CHECK(systemd::show(cpu_set_bits("0")) == "[1]");
  CHECK(systemd::show(cpu_set_bits("0-2,9,")) == "[7, 2]");
  CHECK(systemd::show(cpu_set_bits("4-7, 8")) == "[240, 1]");
  for (const auto* text : {"", ",", "a", "3-1", "1-", "-1", "1-99999999", "0x1"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(cpu_set_bits(text), Error);
  }
  Resources resources;
  resources.cpu.cpus = "0";
  resources.cpu.mems = "1";
  CHECK(limits_of(resources) == Lines{"AllowedCPUs=[1]", "AllowedMemoryNodes=[2]"});
  resources.cpu.cpus = "x";
  CHECK_THROWS_WITH(limits_of(resources), Catch::StartsWith("resources.CPU.Cpus=\"x\" conversion error"));
}

TEST_CASE("unified files become the properties systemd has for them", "[cgroup][systemd]") {
  CHECK(unified("memory.high", " 5 ") == Lines{"MemoryHigh=5"});
  CHECK(unified("memory.low", "6") == Lines{"MemoryLow=6"});
  CHECK(unified("memory.min", "7") == Lines{"MemoryMin=7"});
  CHECK(unified("memory.max", "max") == Lines{"MemoryMax=18446744073709551615"});
  CHECK(unified("memory.swap.max", "8") == Lines{"MemorySwapMax=8"});
  CHECK(unified("memory.zswap.max", "9") == Lines{"MemoryZSwapMax=9"});
  CHECK(unified("memory.zswap.writeback", "0") == Lines{"MemoryZSwapWriteback=false"});
  CHECK(unified("memory.oom.group", "1\n") == Lines{R"(OOMPolicy="kill")"});
  CHECK(unified("memory.oom.group", "0") == Lines{R"(OOMPolicy="continue")"});
  CHECK(plan_unit_unified({{"memory.oom.group", "1"}}).front().only_at_start);
  CHECK(unified("cpuset.cpus.partition", "isolated") == Lines{R"(CPUSetPartition="isolated")"});
  CHECK(unified("pids.max", "0") == Lines{"TasksMax=1"});
  CHECK(unified("cpu.weight", "42") == Lines{"CPUWeight=42"});
  CHECK(unified("cpu.idle", "1") == Lines{"CPUWeight=0"});
  CHECK(unified("cpu.idle", "0").empty());
  CHECK(unified("cpu.max", "1000 10000") == Lines{"CPUQuotaPeriodUSec=10000", "CPUQuotaPerSecUSec=100000"});
  CHECK(unified("cpu.max", "50000") == Lines{"CPUQuotaPeriodUSec=100000", "CPUQuotaPerSecUSec=500000"});
  CHECK(unified("cpu.max", "max") == Lines{"CPUQuotaPeriodUSec=100000", "CPUQuotaPerSecUSec=18446744073709551615"});
  CHECK(unified("cpuset.cpus", "0-1") == Lines{"AllowedCPUs=[3]"});
  CHECK(unified("cpuset.mems", "1") == Lines{"AllowedMemoryNodes=[2]"});
  CHECK(unified("io.weight", "default 7") == Lines{"IOWeight=7"});
  CHECK(unified("io.weight", "8:0 7").empty());
  CHECK(unified("hugetlb.1GB.max", "1").empty());
}

TEST_CASE("unified values that are no numbers are refused", "[cgroup][systemd]") {
  for (const auto* file : {"memory.high", "pids.max", "cpu.weight", "io.weight", "cpu.max", "cpuset.cpus"}) {
    CAPTURE(file);
    CHECK_THROWS_WITH(unified(file, "oops"), Catch::StartsWith(std::string{"unified resource \""} + file + "\""));
  }
  CHECK_THROWS_WITH(unified("cpu.max", "1 2 3"), R"(unified resource "cpu.max" value invalid: "1 2 3")");
}

TEST_CASE("device rules become a strict list", "[cgroup][systemd]") {
  const std::vector<DeviceRule> rules{{'a', {}, {}, true, true, true, false},
                                      allow('c', 1, 3),
                                      allow('b', 8, std::nullopt),
                                      {'c', {}, {}, false, false, true, true}};
  const Lines expected{"DeviceAllow=[]", R"(DevicePolicy="strict")",
                       R"(DeviceAllow=[("char-*", "m"), ("/dev/char/1:3", "rwm"), ("block-8", "rwm")])"};
  CHECK(shown(plan_unit_devices(rules, Layout::unified)) == expected);
  CHECK(shown(plan_unit_devices(rules, Layout::legacy)) == expected);
}

TEST_CASE("device rules that systemd cannot hold are ours alone on v2, and denied by it on v1", "[cgroup][systemd]") {
  const Lines any{"DeviceAllow=[]", R"(DevicePolicy="auto")"};
  const std::vector<DeviceRule> all{allow('a', {}, {})};
  CHECK(shown(plan_unit_devices(all, Layout::unified)) == any);
  CHECK(shown(plan_unit_devices(all, Layout::legacy)) == any);
  const std::vector<DeviceRule> all_but_one{allow('a', {}, {}), {'c', 1, 3, true, true, true, false}};
  CHECK(shown(plan_unit_devices(all_but_one, Layout::unified)) == any);
  CHECK(shown(plan_unit_devices(all_but_one, Layout::legacy)) ==
        Lines{"DeviceAllow=[]", R"(DevicePolicy="strict")", "DeviceAllow=[]"});
  CHECK(shown(plan_unit_devices({allow('c', std::nullopt, 3)}, Layout::unified)) == any);
}
