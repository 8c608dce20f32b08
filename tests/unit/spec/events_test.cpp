// SPDX-License-Identifier: Apache-2.0
#include "spec/events.hpp"

#include <catch2/catch.hpp>

using namespace corten::resources;
using namespace corten::spec;

TEST_CASE("an event of no use at all has the members that runc never leaves out", "[spec]") {
  CHECK(
      stats_event_json("box", {}) ==
      R"({"type":"stats","id":"box","data":{"cpu":{},"cpuset":{"cpu_exclusive":0,"mem_hardwall":0,"mem_exclusive":0,)"
      R"("memory_migrate":0,"memory_spread_page":0,"memory_spread_slab":0,"memory_pressure":0,"sched_load_balance":0,)"
      R"("sched_relax_domain_level":0},"memory":{},"pids":{},"blkio":{},"hugetlb":{},"intel_rdt":{},)"
      R"("network_interfaces":null}})");
}

TEST_CASE("each value of the statistics has its place", "[spec]") {
  Statistics statistics;
  statistics.cpu.usage = {5, 6, 7, {1, 4}, {2}, {3}};
  statistics.cpu.throttling = {8, 0, 9};
  statistics.cpu.pressure = Pressure{{0.5, 12.34, 100, 10}, {}};
  statistics.cpuset.cpus = {0, 3};
  statistics.cpuset.mems = {1};
  statistics.cpuset.sched_relax_domain_level = -1;
  statistics.memory.cache = 11;
  statistics.memory.memory = {12, 13, 14, 15};
  statistics.memory.swap = {16, 0, 0, 0};
  statistics.memory.raw = {{"b", 1}, {"a", 0}};
  statistics.pids.current = 17;
  statistics.block_io.service_bytes = {{8, 0, "Read", 18}};
  statistics.block_io.queued = {{0, 0, "", 0}};
  statistics.hugepages = {{"2MB", {0, 19, 0}}};
  CHECK(stats_event_json("a&b", statistics) ==
        R"({"type":"stats","id":"a\u0026b","data":{"cpu":{"usage":{"total":5,"percpu":[1,4],"percpu_kernel":[2],)"
        R"("percpu_user":[3],"kernel":6,"user":7},"throttling":{"periods":8,"throttledTime":9},"psi":{"some":{)"
        R"("avg10":0.5,"avg60":12.34,"avg300":100,"total":10},"full":{"avg10":0,"avg60":0,"avg300":0,"total":0}}},)"
        R"("cpuset":{"cpus":[0,3],"cpu_exclusive":0,"mems":[1],"mem_hardwall":0,"mem_exclusive":0,"memory_migrate":0,)"
        R"("memory_spread_page":0,"memory_spread_slab":0,"memory_pressure":0,"sched_load_balance":0,)"
        R"("sched_relax_domain_level":-1},"memory":{"cache":11,"usage":{"limit":12,"usage":13,"max":14,"failcnt":15},)"
        R"("swap":{"limit":16,"failcnt":0},"raw":{"a":0,"b":1}},"pids":{"current":17},"blkio":{)"
        R"("ioServiceBytesRecursive":[{"major":8,"op":"Read","value":18}],"ioQueueRecursive":[{}]},)"
        R"("hugetlb":{"2MB":{"max":19,"failcnt":0}},"intel_rdt":{},"network_interfaces":null}})");
}

TEST_CASE("what runc does not tell of comes behind", "[spec]") {
  Statistics statistics;
  statistics.interfaces = {{.name = "eth0", .received_bytes = 1, .send_dropped = 8}};
  statistics.rdma = {{.device = "mlx5_1", .hca_handles = 2, .hca_objects_limit = 5}};
  CHECK_THAT(
      stats_json(statistics),
      Catch::EndsWith(R"("network_interfaces":[{"Name":"eth0","RxBytes":1,"RxPackets":0,"RxErrors":0,"RxDropped":0,)"
                      R"("TxBytes":0,"TxPackets":0,"TxErrors":0,"TxDropped":8}],"rdma":[{"device":"mlx5_1",)"
                      R"("hca_handles":2,"hca_objects":0,"hca_handles_limit":0,"hca_objects_limit":5}]})"));
}

TEST_CASE("an event of memory that ran out has no data", "[spec]") {
  CHECK(oom_event_json("box") == R"({"type":"oom","id":"box"})");
}

TEST_CASE("an event tells of Intel RDT what the machine has", "[spec]") {
  Statistics statistics;
  auto& rdt = statistics.rdt;
  rdt.cache = {"ff", 1, 16};
  rdt.cache_schema_root = "L3:0=ff";
  rdt.cache_schema = "L3:0=f";
  rdt.bandwidth = {10, 1, 10, 8};
  rdt.bandwidth_schema_root = "MB:0=100";
  rdt.bandwidth_schema = "MB:0=50";
  rdt.schemata = {"L3:0=f", "MB:0=50"};
  rdt.bandwidth_usage = {{1, 2}};
  rdt.cache_usage.emplace().push_back({3});
  CHECK_THAT(
      stats_event_json("box", statistics),
      Catch::Contains(R"("intel_rdt":{"l3_cache_info":{"cbm_mask":"ff","min_cbm_bits":1,"num_closids":16},)"
                      R"("l3_cache_schema_root":"L3:0=ff","l3_cache_schema":"L3:0=f",)"
                      R"("mem_bw_info":{"bandwidth_gran":10,"delay_linear":1,"min_bandwidth":10,"num_closids":8},)"
                      R"("mem_bw_schema_root":"MB:0=100","mem_bw_schema":"MB:0=50","schemata":["L3:0=f","MB:0=50"],)"
                      R"("mbm_stats":[{"mbm_total_bytes":1,"mbm_local_bytes":2}],"cmt_stats":[{"llc_occupancy":3}]})"));
}
