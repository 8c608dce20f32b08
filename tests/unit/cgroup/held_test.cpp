// SPDX-License-Identifier: Apache-2.0
#include "cgroup/systemd/held.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "cgroup/systemd/unit.hpp"
#include "fake_tree.hpp"

using namespace corten;
using namespace corten::cgroup;
using systemd::infinity;
using systemd::Property;
using systemd::Value;

namespace {

using Lines = std::vector<std::string>;

Lines shown(const std::vector<Property>& properties) {
  Lines lines;
  for (const auto& property : properties) lines.push_back(property.name + "=" + systemd::show(property.value));
  return lines;
}

Value devices(const std::string& path, std::uint64_t value) {
  return Value::array("(st)", {Value::tuple({Value::string(path), Value::u64(value)})});
}

}  // namespace

TEST_CASE("a file's value that systemd does not know becomes its property", "[cgroup][systemd]") {
  const std::vector<Property> present = {{"MemoryHigh", Value::u64(infinity)},
                                         {"MemoryMax", Value::u64(67108864)},
                                         {"CPUWeight", Value::u64(59)},
                                         {"AllowedCPUs", Value::bytes("")}};
  CHECK(shown(plan_held({{"memory.high", "4096"}, {"memory.max", "max"}, {"cpu.weight", "77"}, {"cpuset.cpus", "0"}},
                        present)) ==
        Lines{"MemoryHigh=4096", "MemoryMax=18446744073709551615", "CPUWeight=77", "AllowedCPUs=[1]"});
  CHECK(plan_held({{"pids.max", "7"}}, present).empty());  // a systemd that has no such property
}

TEST_CASE("what systemd would write as the file has it is not said again", "[cgroup][systemd]") {
  const auto same = [](const std::string& file, const std::string& text, const std::vector<Property>& present) {
    return plan_held({{file, text}}, present).empty();
  };
  CHECK(same("memory.high", "29999104", {{"MemoryHigh", Value::u64(30000000)}}));  // whole pages
  CHECK(same("memory.max", "max", {{"MemoryMax", Value::u64(infinity)}}));
  CHECK(same("cpu.weight", "100", {{"CPUWeight", Value::u64(infinity)}}));
  CHECK(same("io.weight", "default 100", {{"IOWeight", Value::u64(infinity)}}));
  CHECK(same("cpu.max", "max 100000",
             {{"CPUQuotaPerSecUSec", Value::u64(infinity)}, {"CPUQuotaPeriodUSec", Value::u64(infinity)}}));
  CHECK(same("cpuset.cpus", "0-1", {{"AllowedCPUs", Value::bytes(std::string{"\3\0\0", 3})}}));
  CHECK(same("cpuset.cpus", "", {{"AllowedCPUs", Value::bytes("")}}));
  CHECK(same("cpuset.cpus.partition", "member", {{"CPUSetPartition", Value::string("")}}));
  CHECK(same("cpuset.cpus.partition", "root invalid (no)", {{"CPUSetPartition", Value::string("root")}}));
  CHECK(same("memory.oom.group", "1", {{"OOMPolicy", Value::string("continue")}}));
}

TEST_CASE("an idle cgroup is said as such, whatever its weight reads", "[cgroup][systemd]") {
  CHECK(shown(plan_held({{"cpu.idle", "1"}, {"cpu.weight", "1"}}, {{"CPUWeight", Value::u64(59)}})) ==
        Lines{"CPUWeight=0"});
}

TEST_CASE("of devices those are said that systemd has another value of", "[cgroup][systemd]") {
  const std::string text = "8:0 rbps=55 wbps=max riops=max wiops=max\n8:16 rbps=7 wbps=max riops=max wiops=max";
  const HeldFiles held = {{"io.max", text}};
  CHECK(plan_held(held, {{"IOReadBandwidthMax", Value::array("(st)", {})}}).empty());
  CHECK(plan_held(held, {{"IOReadBandwidthMax", devices("/dev/block/8:0", 55)}}).empty());
  const auto changed = plan_held(
      held, {{"IOReadBandwidthMax", Value::array("(st)", {})}, {"IOReadBandwidthMax", devices("/dev/block/8:0", 99)}});
  REQUIRE(changed.size() == 1);
  CHECK(changed.front().value == devices("/dev/block/8:0", 55));
  CHECK(plan_held(held, {{"IOReadBandwidthMax", devices("/dev/null", 99)}}).empty());
}

TEST_CASE("a file that changed meanwhile gets its lines again, one that is named does not", "[cgroup][systemd]") {
  const test::FakeTree tree;
  const Paths paths = {{"", tree.path("box")}};
  tree.file("box/memory.high", "4096\n");
  tree.file("box/cpuset.cpus", "\n");
  tree.file("box/cpu.max", "12345 100000\n");
  tree.file("box/pids.max", "5\n");
  const auto held = read_held(paths, Layout::unified);
  CHECK(held ==
        HeldFiles{{"memory.high", "4096"}, {"pids.max", "5"}, {"cpu.max", "12345 100000"}, {"cpuset.cpus", ""}});
  tree.file("box/memory.high", "max");
  tree.file("box/cpuset.cpus", "0");
  tree.file("box/cpu.max", "13000 100000");
  tree.file("box/pids.max", "7");
  restore_held(held, paths, {{"pids", "pids.max", "7"}});
  CHECK(tree.read("box/memory.high") == "4096");
  CHECK(tree.read("box/cpuset.cpus") == "\n");
  CHECK(tree.read("box/cpu.max") == "12345 100000");
  CHECK(tree.read("box/pids.max") == "7");
}
