// SPDX-License-Identifier: Apache-2.0
#include "shim/metrics/metrics.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "metrics1.pb-c.h"
#include "metrics2.pb-c.h"
#include "shim/message.hpp"
#include "shim/metrics/statistics.hpp"
#include "spec/events.hpp"

using namespace corten;
using namespace corten::shim;

namespace {

resources::Statistics sample() {
  resources::Statistics statistics;
  statistics.cpu.usage = {5'000'000, 2'000'000, 3'000'000, {1'000'000, 4'000'000}};
  statistics.cpu.throttling = {7, 6, 5'000};
  statistics.memory.cache = 11;
  statistics.memory.memory = {1000, 100, 200, 3};
  statistics.memory.swap = {1500, 150, 0, 0};
  statistics.memory.raw = {{"rss", 21}, {"total_pgfault", 22}, {"anon", 23}, {"workingset_refault_file", 24}};
  statistics.pids = {4, 0};
  statistics.block_io.service_bytes = {{8, 0, "Read", 31}, {8, 0, "Write", 32}, {8, 16, "Read", 33}};
  statistics.block_io.serviced = {{8, 0, "Read", 34}, {8, 0, "Write", 35}};
  statistics.hugepages = {{"2MB", {41, 42, 43}}};
  return statistics;
}

}  // namespace

TEST_CASE("what the library says of a container's use is read again", "[shim]") {
  const auto read = read_statistics(spec::stats_json(sample()));
  CHECK(read.cpu.usage == sample().cpu.usage);
  CHECK(read.cpu.throttling == sample().cpu.throttling);
  CHECK(read.memory.cache == 11);
  CHECK(read.memory.memory == sample().memory.memory);
  CHECK(read.memory.swap == sample().memory.swap);
  CHECK(read.memory.raw == sample().memory.raw);
  CHECK(read.pids.current == 4);
  CHECK(read.block_io.service_bytes == sample().block_io.service_bytes);
  CHECK(read.block_io.serviced == sample().block_io.serviced);
  REQUIRE(read.hugepages.contains("2MB"));
  CHECK(read.hugepages.at("2MB").usage == 41);
}

TEST_CASE("metrics of cgroup v1", "[shim]") {
  const auto metrics = legacy_metrics(sample());
  CHECK(metrics.type == "io.containerd.cgroups.v1.Metrics");
  const auto message = unpack<Metrics1__Metrics>(metrics1__metrics__descriptor, metrics.message);
  CHECK(message->cpu->usage->total == 5'000'000);
  REQUIRE(message->cpu->usage->n_per_cpu == 2);
  CHECK(message->cpu->usage->per_cpu[1] == 4'000'000);
  CHECK(message->cpu->throttling->throttled_periods == 6);
  CHECK(message->memory->rss == 21);
  CHECK(message->memory->total_pgfault == 22);
  CHECK(message->memory->usage->max == 200);
  CHECK(message->memory->swap->limit == 1500);
  CHECK(message->pids->current == 4);
  REQUIRE(message->blkio->n_io_service_bytes_recursive == 3);
  CHECK(std::string{message->blkio->io_service_bytes_recursive[1]->op} == "Write");
  CHECK(message->blkio->io_service_bytes_recursive[2]->minor == 16);
  REQUIRE(message->n_hugetlb == 1);
  CHECK(message->hugetlb[0]->failcnt == 43);
}

TEST_CASE("metrics of cgroup v2: microseconds, swap alone, a row a device", "[shim]") {
  const auto metrics = unified_metrics(sample());
  CHECK(metrics.type == "io.containerd.cgroups.v2.Metrics");
  const auto message = unpack<Metrics2__Metrics>(metrics2__metrics__descriptor, metrics.message);
  CHECK(message->cpu->usage_usec == 5'000);
  CHECK(message->cpu->throttled_usec == 5);
  CHECK(message->memory->anon == 23);
  CHECK(message->memory->workingset_refault_file == 24);
  CHECK(message->memory->usage == 100);
  CHECK(message->memory->swap_usage == 50);
  CHECK(message->memory->swap_limit == 500);
  CHECK(message->pids->limit == std::numeric_limits<std::uint64_t>::max());
  REQUIRE(message->io->n_usage == 2);
  CHECK(message->io->usage[0]->wbytes == 32);
  CHECK(message->io->usage[0]->rios == 34);
  CHECK(message->io->usage[1]->rbytes == 33);
  CHECK(std::string{message->hugetlb[0]->pagesize} == "2MB");
}
