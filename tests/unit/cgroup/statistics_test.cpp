// SPDX-License-Identifier: Apache-2.0
#include "cgroup/statistics.hpp"

#include <catch2/catch.hpp>
#include <cstdint>

#include "cgroup/statistics_files.hpp"
#include "cgroup/v1/statistics.hpp"
#include "cgroup/v2/statistics.hpp"
#include "fake_tree.hpp"

using namespace corten::cgroup;
using namespace corten::resources;
namespace test = corten::test;

TEST_CASE("v1's CPU times are told in nanoseconds", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("cpu/cpu.stat", "nr_periods 10\nnr_throttled 3\nthrottled_time 12345\n");
  tree.file("cpu/cpuacct.stat", "user 7\nsystem 2\n");
  tree.file("cpu/cpuacct.usage", "99000000\n");
  tree.file("cpu/cpuacct.usage_percpu", "40 50 \n");
  tree.file("cpu/cpuacct.usage_all", "cpu user system\n0 30 10\n1 20 30\n");
  Statistics statistics;
  read_legacy({{"cpu", tree.path("cpu")}, {"cpuacct", tree.path("cpu")}}, {}, statistics);
  CHECK(statistics.cpu.usage.total == 99000000);
  CHECK(statistics.cpu.usage.user == 70000000);
  CHECK(statistics.cpu.usage.kernel == 20000000);
  CHECK(statistics.cpu.usage.per_cpu == std::vector<std::uint64_t>{40, 50});
  CHECK(statistics.cpu.usage.per_cpu_user == std::vector<std::uint64_t>{30, 20});
  CHECK(statistics.cpu.usage.per_cpu_kernel == std::vector<std::uint64_t>{10, 30});
  CHECK(statistics.cpu.throttling.periods == 10);
  CHECK(statistics.cpu.throttling.throttled_periods == 3);
  CHECK(statistics.cpu.throttling.throttled_time == 12345);
  CHECK_FALSE(statistics.cpu.pressure);
}

TEST_CASE("v1's memory: use, memory+swap and the raw table; negative counts are 0", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("m/memory.stat", "cache 8192\nrss -4096\ntotal_rss 1\n");
  tree.file("m/memory.usage_in_bytes", "100\n");
  tree.file("m/memory.max_usage_in_bytes", "200\n");
  tree.file("m/memory.failcnt", "3\n");
  tree.file("m/memory.limit_in_bytes", "1000\n");
  tree.file("m/memory.memsw.usage_in_bytes", "150\n");
  tree.file("m/memory.kmem.usage_in_bytes", "5\n");
  Statistics statistics;
  read_legacy({{"memory", tree.path("m")}}, {}, statistics);
  CHECK(statistics.memory.cache == 8192);
  CHECK(statistics.memory.raw.at("rss") == 0);
  CHECK(statistics.memory.raw.size() == 3);
  CHECK(statistics.memory.memory.usage == 100);
  CHECK(statistics.memory.memory.max == 200);
  CHECK(statistics.memory.memory.fail_count == 3);
  CHECK(statistics.memory.memory.limit == 1000);
  CHECK(statistics.memory.swap.usage == 150);
  CHECK(statistics.memory.kernel.usage == 5);
}

TEST_CASE("v1's block I/O comes from the first source that has any", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("b/blkio.bfq.io_serviced_recursive", "Total 0\n");
  tree.file("b/blkio.throttle.io_serviced_recursive", "8:0 Read 5\n8:0 Total 5\nTotal 5\n");
  tree.file("b/blkio.throttle.io_service_bytes_recursive", "8:0 Read 4096\n8:16 Write 1\n");
  Statistics statistics;
  read_legacy({{"blkio", tree.path("b")}}, {}, statistics);
  CHECK(statistics.block_io.serviced == std::vector<DeviceCount>{{8, 0, "Read", 5}, {8, 0, "Total", 5}});
  CHECK(statistics.block_io.service_bytes == std::vector<DeviceCount>{{8, 0, "Read", 4096}, {8, 16, "Write", 1}});
  CHECK(statistics.block_io.sectors.empty());
}

TEST_CASE("v1's cpuset, processes and huge pages", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("s/cpuset.cpus", "0-2,5\n");
  tree.file("s/cpuset.mems", "\n");
  tree.file("s/cpuset.sched_relax_domain_level", "-1\n");
  tree.file("p/pids.current", "4\n");
  tree.file("p/pids.max", "max\n");
  tree.file("h/hugetlb.2MB.rsvd.usage_in_bytes", "2097152\n");
  tree.file("h/hugetlb.2MB.rsvd.failcnt", "1\n");
  tree.file("h/hugetlb.1GB.usage_in_bytes", "7\n");
  Statistics statistics;
  read_legacy({{"cpuset", tree.path("s")}, {"pids", tree.path("p")}, {"hugetlb", tree.path("h")}}, {"2MB", "1GB"},
              statistics);
  CHECK(statistics.cpuset.cpus == std::vector<std::uint16_t>{0, 1, 2, 5});
  CHECK(statistics.cpuset.mems.empty());
  CHECK(statistics.cpuset.sched_relax_domain_level == -1);
  CHECK(statistics.pids.current == 4);
  CHECK(statistics.pids.limit == 0);
  CHECK(statistics.hugepages.at("2MB").usage == 2097152);
  CHECK(statistics.hugepages.at("2MB").fail_count == 1);
  CHECK(statistics.hugepages.at("1GB").usage == 7);
}

TEST_CASE("v2 tells the same in v1's terms", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/cpu.stat",
            "usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_periods 1\nnr_throttled 2\nthrottled_usec 3\n");
  tree.file("box/memory.stat", "anon 1\nfile 2\n");
  tree.file("box/memory.current", "100\n");
  tree.file("box/memory.max", "1000\n");
  tree.file("box/memory.peak", "500\n");
  tree.file("box/memory.swap.current", "7\n");
  tree.file("box/memory.swap.max", "50\n");
  tree.file("box/pids.current", "3\n");
  tree.file("box/pids.max", "20\n");
  tree.file("box/io.stat", "8:0 rbytes=4096 wbytes=0 rios=1 wios=2 dbytes=0 dios=0\n8:16 \n");
  tree.file("box/hugetlb.2MB.current", "9\n");
  tree.file("box/hugetlb.2MB.events", "max 4\n");
  Statistics statistics;
  read_unified(tree.path("box"), {"2MB", "1GB"}, statistics);
  CHECK(statistics.cpu.usage.total == 30000);
  CHECK(statistics.cpu.usage.user == 20000);
  CHECK(statistics.cpu.usage.kernel == 10000);
  CHECK(statistics.cpu.throttling.throttled_time == 3000);
  CHECK(statistics.memory.cache == 2);
  CHECK(statistics.memory.memory.max == 500);
  CHECK(statistics.memory.swap.usage == 107);
  CHECK(statistics.memory.swap.limit == 1050);
  CHECK(statistics.pids.limit == 20);
  CHECK(statistics.block_io.service_bytes == std::vector<DeviceCount>{{8, 0, "Read", 4096}, {8, 0, "Write", 0}});
  CHECK(statistics.block_io.serviced == std::vector<DeviceCount>{{8, 0, "Read", 1}, {8, 0, "Write", 2}});
  CHECK(statistics.hugepages.size() == 1);
  CHECK(statistics.hugepages.at("2MB").fail_count == 4);
  tree.file("box/memory.swap.max", "max\n");
  read_unified(tree.path("box"), {}, statistics);
  CHECK(statistics.memory.swap.limit == UINT64_MAX);
}

TEST_CASE("v2 without the pids controller counts threads", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/cgroup.threads", "1\n2\n3\n");
  Statistics statistics;
  read_unified(tree.path("box"), {}, statistics);
  CHECK(statistics.pids.current == 3);
  CHECK(statistics.pids.limit == 0);
}

TEST_CASE("pressure lines", "[cgroup]") {
  const auto pressure = parse_pressure(
      "some avg10=1.50 avg60=0.25 avg300=0.00 total=123\nfull avg10=0.10 avg60=0.00 avg300=0.00 total=45\n");
  REQUIRE(pressure);
  CHECK(pressure->some.average_10 == 1.5);
  CHECK(pressure->some.average_60 == 0.25);
  CHECK(pressure->some.total == 123);
  CHECK(pressure->full.average_10 == 0.1);
  CHECK(pressure->full.total == 45);
  CHECK_FALSE(parse_pressure(""));
}

TEST_CASE("page sizes are named as cgroup files name them", "[cgroup]") {
  CHECK(hugepage_size("hugepages-2048kB") == "2MB");
  CHECK(hugepage_size("hugepages-1048576kB") == "1GB");
  CHECK(hugepage_size("hugepages-64kB") == "64KB");
  CHECK(hugepage_size("hugepages-").empty());
  CHECK(hugepage_size("hugepages-xkB").empty());
  CHECK(hugepage_size("other").empty());
}

TEST_CASE("lists of numbers", "[cgroup]") {
  CHECK(ids_of("0\n") == std::vector<std::uint16_t>{0});
  CHECK(ids_of("1-3,8-9\n") == std::vector<std::uint16_t>{1, 2, 3, 8, 9});
  CHECK(ids_of("\n").empty());
  CHECK(ids_of("8191\n") == std::vector<std::uint16_t>{8191});
}

TEST_CASE("which layout is read depends on the paths", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/pids.current", "3\n");
  CHECK(read_statistics({{"", tree.path("box")}}).pids.current == 3);
  CHECK(read_statistics({{"pids", tree.path("box")}}).pids.current == 3);
  CHECK(read_statistics({}).pids.current == 0);
}
