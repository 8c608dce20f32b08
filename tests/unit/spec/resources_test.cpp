// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "spec/config.hpp"

using namespace corten::spec;

TEST_CASE("device rules are read, with absent numbers told apart from zero", "[spec]") {
  const auto rules = parse_resources(R"({"devices": [
    {"allow": false, "access": "rwm"},
    {"allow": true, "type": "c", "major": 0, "minor": -1, "access": "r"}]})")
                         .devices;
  REQUIRE(rules.size() == 2);
  CHECK_FALSE(rules[0].allow);
  CHECK(rules[0].type.empty());
  CHECK_FALSE(rules[0].major);
  CHECK_FALSE(rules[0].minor);
  CHECK(rules[0].access == "rwm");
  CHECK(rules[1].allow);
  CHECK(rules[1].type == "c");
  CHECK(rules[1].major == 0);
  CHECK(rules[1].minor == -1);
}

TEST_CASE("memory, cpu and pids limits are read", "[spec]") {
  const auto resources = parse_resources(R"({
    "memory": {"limit": 1, "reservation": 2, "swap": -1, "kernel": 4, "kernelTCP": 5, "swappiness": 60,
               "disableOOMKiller": false, "useHierarchy": true, "checkBeforeUpdate": true},
    "cpu": {"shares": 1024, "quota": -1, "burst": 3, "period": 4, "realtimeRuntime": 5, "realtimePeriod": 6,
            "cpus": "0-3", "mems": "0", "idle": 1},
    "pids": {"limit": 0}})");
  const auto& memory = *resources.memory;
  CHECK(memory.limit == 1);
  CHECK(memory.reservation == 2);
  CHECK(memory.swap == -1);
  CHECK(memory.kernel == 4);
  CHECK(memory.kernel_tcp == 5);
  CHECK(memory.swappiness == 60U);
  CHECK(memory.disable_oom_killer == false);
  CHECK(memory.use_hierarchy == true);
  CHECK(memory.check_before_update == true);
  const auto& cpu = *resources.cpu;
  CHECK(cpu.shares == 1024U);
  CHECK(cpu.quota == -1);
  CHECK(cpu.burst == 3U);
  CHECK(cpu.period == 4U);
  CHECK(cpu.realtime_runtime == 5);
  CHECK(cpu.realtime_period == 6U);
  CHECK(cpu.cpus == "0-3");
  CHECK(cpu.mems == "0");
  CHECK(cpu.idle == 1);
  CHECK(resources.pids_limit == 0);
}

TEST_CASE("block I/O limits are read", "[spec]") {
  const auto io = *parse_resources(R"({"blockIO": {
    "weight": 10, "leafWeight": 20,
    "weightDevice": [{"major": 8, "minor": 0, "weight": 500, "leafWeight": 300}, {"major": 8, "minor": 16}],
    "throttleReadBpsDevice": [{"major": 1, "minor": 2, "rate": 3}],
    "throttleWriteBpsDevice": [{"major": 4, "minor": 5, "rate": 6}],
    "throttleReadIOPSDevice": [{"major": 7, "minor": 8, "rate": 9}],
    "throttleWriteIOPSDevice": [{"major": 10, "minor": 11, "rate": 12}]}})")
                       .block_io;
  CHECK(io.weight == 10);
  CHECK(io.leaf_weight == 20);
  CHECK(io.weight_device.at(0).major == 8);
  CHECK(io.weight_device.at(0).weight == 500);
  CHECK(io.weight_device.at(0).leaf_weight == 300);
  CHECK(io.weight_device.at(1).minor == 16);
  CHECK_FALSE(io.weight_device.at(1).weight);
  CHECK(io.throttle_read_bps.at(0).rate == 3);
  CHECK(io.throttle_write_bps.at(0).minor == 5);
  CHECK(io.throttle_read_iops.at(0).major == 7);
  CHECK(io.throttle_write_iops.at(0).rate == 12);
}

TEST_CASE("the remaining controllers are read", "[spec]") {
  const auto resources = parse_resources(R"({
    "hugepageLimits": [{"pageSize": "2MB", "limit": 9223372036854775808}],
    "network": {"classID": 1048577, "priorities": [{"name": "eth0", "priority": 5}]},
    "rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 10000}, "mlx4_0": {"hcaObjects": 1}},
    "unified": {"io.max": "8:0 rbps=1", "memory.high": "max"}})");
  CHECK(resources.hugepage_limits.at(0).page_size == "2MB");
  CHECK(resources.hugepage_limits.at(0).limit == 9223372036854775808U);
  CHECK(resources.network->class_id == 1048577U);
  CHECK(resources.network->priorities.at(0).name == "eth0");
  CHECK(resources.network->priorities.at(0).priority == 5);
  REQUIRE(resources.rdma.size() == 2);
  CHECK(resources.rdma[0].device == "mlx5_1");
  CHECK(resources.rdma[0].hca_handles == 3U);
  CHECK(resources.rdma[0].hca_objects == 10000U);
  CHECK(resources.rdma[1].device == "mlx4_0");
  CHECK_FALSE(resources.rdma[1].hca_handles);
  CHECK(resources.unified == StringMap{{"io.max", "8:0 rbps=1"}, {"memory.high", "max"}});
}

TEST_CASE("an empty resources document limits nothing", "[spec]") {
  const auto resources = parse_resources(R"({"pids": {}, "network": null})");
  CHECK(resources.devices.empty());
  CHECK_FALSE(resources.memory);
  CHECK_FALSE(resources.cpu);
  CHECK_FALSE(resources.pids_limit);
  CHECK_FALSE(resources.block_io);
  CHECK_FALSE(resources.network);
}
