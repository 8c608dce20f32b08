// SPDX-License-Identifier: Apache-2.0
#include "cgroup/limits.hpp"
#include "cgroup/v1/limits.hpp"
#include "cgroup/v2/limits.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "base/error.hpp"

using namespace corten;
using namespace corten::cgroup;

namespace {

/// "file=value" of each write, in order: what a reader of a failing test wants to see.
std::vector<std::string> shown(const std::vector<Write>& writes) {
  std::vector<std::string> lines;
  for (const auto& write : writes) lines.push_back(write.file + "=" + write.value);
  return lines;
}

const Write& find(const std::vector<Write>& writes, const std::string& file) {
  const auto found = std::ranges::find(writes, file, &Write::file);
  REQUIRE(found != writes.end());
  return *found;
}

using Lines = std::vector<std::string>;

std::vector<Write> without_entry(LimitPlan plan) {
  plan.before_entry.clear();
  return writes_of(plan);
}

std::vector<Write> legacy(const Resources& resources) { return without_entry(plan_legacy(resources)); }
std::vector<Write> unified(const Resources& resources) { return without_entry(plan_unified(resources)); }

}  // namespace

TEST_CASE("no limits, no writes", "[cgroup]") {
  CHECK(legacy({}).empty());
  CHECK(plan_legacy({}).before_entry.empty());
  CHECK(unified({}).empty());
}

TEST_CASE("cpu.shares become a weight that keeps minimum, default and maximum", "[cgroup]") {
  CHECK(weight_of_shares(2) == 1);
  CHECK(weight_of_shares(3) == 2);
  CHECK(weight_of_shares(100) == 17);
  CHECK(weight_of_shares(1024) == 100);
  CHECK(weight_of_shares(3333) == 256);
  CHECK(weight_of_shares(262144) == 10000);
  CHECK(weight_of_shares(1'000'000) == 10000);
}

TEST_CASE("a blkio weight becomes an io weight on a line", "[cgroup]") {
  CHECK(io_weight_of_blkio(10) == 1);
  CHECK(io_weight_of_blkio(750) == 7475);
  CHECK(io_weight_of_blkio(1000) == 10000);
}

TEST_CASE("v2's swap limit is memory+swap less memory", "[cgroup]") {
  const auto swap = [](std::optional<std::int64_t> limit, std::optional<std::int64_t> both) {
    Memory memory;
    memory.limit = limit;
    memory.swap = both;
    return swap_limit(memory);
  };
  CHECK(swap(100, 300) == 200);
  CHECK(swap(100, 100) == 0);
  CHECK(swap(100, -1) == -1);
  CHECK(swap(-1, 300) == 300);
  CHECK(swap(-1, std::nullopt) == -1);
  CHECK(swap(100, std::nullopt) == std::nullopt);
  CHECK(swap(100, 0) == std::nullopt);
  CHECK_THROWS_WITH(swap(std::nullopt, 300), "unable to set swap limit without memory limit");
  CHECK_THROWS_WITH(swap(100, 50), "memory+swap limit should be >= memory limit");
  CHECK_THROWS_WITH(swap(-2, 50), "invalid memory value: -2");
}

TEST_CASE("memory on v2", "[cgroup]") {
  Resources resources;
  resources.memory.limit = 1000;
  resources.memory.swap = 1000;
  resources.memory.reservation = 500;
  resources.memory.swappiness = 60;  // v2 has no such file
  const auto writes = unified(resources);
  CHECK(shown(writes) == Lines{"memory.swap.max=0", "memory.max=1000", "memory.low=500"});
  CHECK(writes[0].optional);  // a kernel without swap accounting has no swap to limit
  resources.memory.swap = 2000;
  CHECK_FALSE(unified(resources)[0].optional);
}

TEST_CASE("memory on v1: the pair that bound one another may be refused once", "[cgroup]") {
  Resources resources;
  resources.memory.limit = 1000;
  resources.memory.swap = 3000;
  resources.memory.reservation = 500;
  resources.memory.disable_oom_killer = true;
  resources.memory.swappiness = 60;
  const auto writes = legacy(resources);
  CHECK(shown(writes) == Lines{"memory.limit_in_bytes=1000", "memory.memsw.limit_in_bytes=3000",
                               "memory.soft_limit_in_bytes=500", "memory.oom_control=1", "memory.swappiness=60"});
  CHECK(writes[0].again);
  CHECK(writes[1].again);
  CHECK_FALSE(writes[2].again);
}

TEST_CASE("unlimited memory on v1 lifts the swap limit too, where there is one", "[cgroup]") {
  Resources resources;
  resources.memory.limit = -1;
  const auto writes = legacy(resources);
  CHECK(shown(writes) == Lines{"memory.limit_in_bytes=-1", "memory.memsw.limit_in_bytes=-1"});
  CHECK(writes[1].optional);
}

TEST_CASE("memory of TCP connections is v1's, where the kernel counts it", "[cgroup]") {
  Resources resources;
  resources.kernel_tcp = 50;
  const auto writes = legacy(resources);
  CHECK(shown(writes) == Lines{"memory.kmem.tcp.limit_in_bytes=50"});
  CHECK(writes[0].optional);
  CHECK(unified(resources).empty());
  resources.kernel_tcp = 0;
  CHECK(legacy(resources).empty());
}

TEST_CASE("swappiness beyond 100 is refused; -1 means leave alone", "[cgroup]") {
  Resources resources;
  resources.memory.swappiness = 101;
  CHECK_THROWS_WITH(legacy(resources), "invalid memory swappiness value: 101 (valid range is 0-100)");
  resources.memory.swappiness = static_cast<std::uint64_t>(-1);
  CHECK(legacy(resources).empty());
}

TEST_CASE("cpu on v1: period and burst may have to wait for the quota", "[cgroup]") {
  Resources resources;
  resources.cpu.shares = 512;
  resources.cpu.period = 100000;
  resources.cpu.quota = 50000;
  resources.cpu.burst = 20000;
  resources.cpu.idle = 0;
  const auto writes = legacy(resources);
  CHECK(shown(writes) == Lines{"cpu.shares=512", "cpu.cfs_period_us=100000", "cpu.cfs_burst_us=20000",
                               "cpu.cfs_quota_us=50000", "cpu.idle=0"});
  CHECK(find(writes, "cpu.cfs_period_us").again);
  CHECK(find(writes, "cpu.cfs_burst_us").again);
  CHECK(find(writes, "cpu.cfs_burst_us").optional);
  resources.cpu.quota.reset();
  CHECK_FALSE(find(legacy(resources), "cpu.cfs_period_us").again);
}

TEST_CASE("shares that the kernel would clamp are refused on v1", "[cgroup]") {
  Resources resources;
  resources.cpu.shares = 1;
  CHECK_THROWS_WITH(legacy(resources), "the minimum allowed cpu-shares is 2");
  resources.cpu.shares = 262145;
  CHECK_THROWS_WITH(legacy(resources), "the maximum allowed cpu-shares is 262144");
  resources.cpu.shares = 0;
  CHECK(legacy(resources).empty());
}

TEST_CASE("cpuset and realtime limits on v1 come before any process", "[cgroup]") {
  Resources resources;
  resources.cpu.cpus = "0-1";
  resources.cpu.mems = "0";
  resources.cpu.realtime_period = 1000000;
  resources.cpu.realtime_runtime = 5000;
  CHECK(legacy(resources).empty());
  const auto writes = plan_legacy(resources).before_entry;
  CHECK(shown(writes) ==
        Lines{"cpuset.cpus=0-1", "cpuset.mems=0", "cpu.rt_period_us=1000000", "cpu.rt_runtime_us=5000"});
  CHECK(writes[2].again);
  CHECK(writes[2].controller == "cpu");
}

TEST_CASE("cpu on v2 has quota and period in one file, and leaves the half alone that was not given", "[cgroup]") {
  Resources resources;
  resources.cpu.quota = 50000;
  CHECK(shown(unified(resources)) == Lines{"cpu.max=50000"});
  resources.cpu.period = 200000;
  CHECK(shown(unified(resources)) == Lines{"cpu.max=50000 200000"});
  resources.cpu.quota = -1;
  CHECK(shown(unified(resources)) == Lines{"cpu.max=max 200000"});
  resources.cpu.burst = 1000;
  resources.cpu.shares = 1024;
  const auto writes = unified(resources);
  CHECK(shown(writes) == Lines{"cpu.weight=100", "cpu.max.burst=1000", "cpu.max=max 200000"});
  CHECK(find(writes, "cpu.max.burst").again);
}

TEST_CASE("an idle cgroup has no weight, and one that ends to be idle has it afterwards", "[cgroup]") {
  Resources resources;
  resources.cpu.idle = 1;
  resources.cpu.shares = 1024;
  CHECK(shown(unified(resources)) == Lines{"cpu.idle=1"});
  CHECK(shown(legacy(resources)) == Lines{"cpu.idle=1"});
  resources.cpu.idle = 0;
  CHECK(shown(unified(resources)) == Lines{"cpu.idle=0", "cpu.weight=100"});
  CHECK(find(legacy(resources), "cpu.shares").again);
  resources.cpu = {};
  resources.unified = {{"cpu.weight", "5"}, {"cpu.idle", "1"}};
  CHECK(shown(unified(resources)) == Lines{"cpu.idle=1"});
}

TEST_CASE("a process limit of 0 is 1, a negative one none", "[cgroup]") {
  Resources resources;
  for (const auto& [limit, text] : {std::pair{20, "20"}, {0, "1"}, {-1, "max"}, {-7, "max"}}) {
    resources.pids_limit = limit;
    CHECK(shown(legacy(resources)) == Lines{std::string{"pids.max="} + text});
    CHECK(shown(unified(resources)) == Lines{std::string{"pids.max="} + text});
  }
}

// Field: linux.resources.blockIO.leafWeight, linux.resources.blockIO.weightDevice[].leafWeight
TEST_CASE("block I/O on v1: the weight's file depends on the kernel's schedulers", "[cgroup]") {
  Resources resources;
  resources.block_io.weight = 500;
  resources.block_io.leaf_weight = 200;
  resources.block_io.weights = {{8, 0, std::uint16_t{600}, std::uint16_t{300}}};
  resources.block_io.read_bps = {{8, 16, 1048576}};
  resources.block_io.write_iops = {{8, 16, 100}};
  const auto writes = legacy(resources);
  CHECK(shown(writes) == Lines{"blkio.weight=500", "blkio.leaf_weight=200", "blkio.weight_device=8:0 600",
                               "blkio.leaf_weight_device=8:0 300", "blkio.throttle.read_bps_device=8:16 1048576",
                               "blkio.throttle.write_iops_device=8:16 100"});
  CHECK(writes[0].other_file == "blkio.bfq.weight");
  CHECK(writes[1].other_file.empty());
  CHECK(writes[2].other_file == "blkio.bfq.weight_device");
  CHECK(writes[3].other_file.empty());
  CHECK(writes[4].key == "8:16");
}

TEST_CASE("block I/O on v2: a weight for BFQ on its scale, and one for io.cost", "[cgroup]") {
  Resources resources;
  resources.block_io.weight = 750;
  resources.block_io.weights = {{8, 0, std::uint16_t{10}, std::nullopt}};
  resources.block_io.read_bps = {{8, 16, 1048576}};
  resources.block_io.write_bps = {{8, 16, 2}};
  resources.block_io.read_iops = {{8, 16, 3}};
  resources.block_io.write_iops = {{8, 16, 4}};
  const auto writes = unified(resources);
  CHECK(shown(writes) == Lines{"io.bfq.weight=750", "io.bfq.weight=8:0 10", "io.max=8:16 rbps=1048576",
                               "io.max=8:16 wbps=2", "io.max=8:16 riops=3", "io.max=8:16 wiops=4"});
  CHECK(writes[0].other_file == "io.weight");
  CHECK(writes[0].other_value == "7475");
  CHECK(writes[1].other_value == "8:0 1");
  CHECK(plan_unified(resources).weighs_disks);
  CHECK_FALSE(plan_unified({}).weighs_disks);
}

TEST_CASE("v2: an empty list of CPUs is written as an empty line, and read back", "[cgroup]") {
  Resources resources;
  resources.unified = {
      {"cpuset.cpus", ""}, {"cpuset.mems", "\n"}, {"memory.max", ""}, {"cpuset.cpus.partition", "root"}};
  const auto writes = unified(resources);
  CHECK(shown(writes) == Lines{"cpuset.cpus=\n", "cpuset.mems=\n", "cpuset.cpus.partition=root"});
  for (const auto& write : writes) CHECK(write.verified);
}

TEST_CASE("huge pages are limited for use and for reservation", "[cgroup]") {
  Resources resources;
  resources.hugepages = {{"2MB", 4194304}};
  const auto writes = legacy(resources);
  CHECK(shown(writes) == Lines{"hugetlb.2MB.limit_in_bytes=4194304", "hugetlb.2MB.rsvd.limit_in_bytes=4194304"});
  CHECK_FALSE(writes[0].optional);
  CHECK(writes[1].optional);
  CHECK(shown(unified(resources)) == Lines{"hugetlb.2MB.max=4194304", "hugetlb.2MB.rsvd.max=4194304"});
}

TEST_CASE("network class and priorities are v1's; RDMA is the same on both", "[cgroup]") {
  Resources resources;
  resources.net_class_id = 0x100001;
  resources.net_priorities = {{"eth0", 5}};
  CHECK(shown(legacy(resources)) == Lines{"net_cls.classid=1048577", "net_prio.ifpriomap=eth0 5"});
  CHECK(unified(resources).empty());
  resources = {};
  resources.rdma = {{"mlx5_1", 3, 10000}, {"mlx4_0", std::nullopt, 7}};
  const Lines expected = {"rdma.max=mlx5_1 hca_handle=3 hca_object=10000", "rdma.max=mlx4_0 hca_object=7"};
  CHECK(shown(legacy(resources)) == expected);
  CHECK(shown(unified(resources)) == expected);
}

TEST_CASE("unified values come last, a line at a time", "[cgroup]") {
  Resources resources;
  resources.pids_limit = 5;
  resources.unified = {{"pids.max", "99"}, {"io.max", "8:0 riops=1\n8:16 riops=2\n"}};
  const auto writes = unified(resources);
  CHECK(shown(writes) == Lines{"pids.max=5", "pids.max=99", "io.max=8:0 riops=1", "io.max=8:16 riops=2"});
  CHECK(writes[1].controller == "pids");
  CHECK(writes[2].key == "8:0");
}

TEST_CASE("v1 has no unified keys", "[cgroup]") {
  Resources resources;
  resources.unified = {{"pids.max", "1"}};
  CHECK_THROWS_WITH(legacy(resources), "invalid configuration: cannot use unified on cgroup v1");
}

TEST_CASE("which limits need a controller, and which a cgroup that is not threaded", "[cgroup]") {
  Resources pids;
  pids.pids_limit = 5;
  CHECK(needs_controllers(plan_unified(pids), "cpu pids\n"));
  CHECK_FALSE(needs_controllers(plan_unified(pids), "cpu memory\n"));
  CHECK_FALSE(needs_domain(plan_unified(pids)));
  Resources memory;
  memory.memory.limit = 1000;
  CHECK(needs_controllers(plan_unified(memory), "memory"));
  CHECK(needs_domain(plan_unified(memory)));
  CHECK_FALSE(needs_controllers({}, "cpuset cpu io memory hugetlb pids rdma misc"));
}
