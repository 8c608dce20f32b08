// SPDX-License-Identifier: Apache-2.0
#include "cgroup/present.hpp"

#include <catch2/catch.hpp>

#include "fake_tree.hpp"

using namespace corten;
using namespace corten::cgroup;

namespace {

Resources kept() {
  Resources limits;
  limits.memory.limit = 1000000;
  limits.memory.swap = 1500000;
  limits.cpu.quota = 5000;
  return limits;
}

}  // namespace

TEST_CASE("an update starts from what the files hold", "[cgroup]") {
  const test::FakeTree tree;
  const Paths paths = {{"", tree.path("box")}};
  tree.file("box/cpu.max", "25000 50000\n");
  tree.file("box/memory.max", "999424\n");       // 1000000 in whole pages
  tree.file("box/memory.swap.max", "499712\n");  // the difference
  auto limits = present_limits(paths, kept());
  CHECK(limits.cpu.quota == 25000);
  CHECK(limits.cpu.period == 50000U);
  CHECK(limits.memory.limit == 1000000);
  CHECK(limits.memory.swap == 1500000);
  tree.file("box/cpu.max", "max 100000\n");
  tree.file("box/memory.max", "max\n");
  tree.file("box/memory.swap.max", "4096\n");
  limits = present_limits(paths, kept());
  CHECK(limits.cpu.quota == -1);
  CHECK(limits.memory.limit == -1);
  CHECK_FALSE(limits.memory.swap);
  CHECK_FALSE(present_limits(paths, {}).memory.limit);  // none kept, and none there
}

TEST_CASE("an update on v1 starts from what the files hold", "[cgroup]") {
  const test::FakeTree tree;
  const Paths paths = {{"cpu", tree.path("cpu")}, {"memory", tree.path("memory")}};
  tree.file("cpu/cpu.cfs_quota_us", "-1\n");
  tree.file("cpu/cpu.cfs_period_us", "70000\n");
  tree.file("memory/memory.limit_in_bytes", "9223372036854771712\n");
  tree.file("memory/memory.memsw.limit_in_bytes", "8192\n");
  const auto limits = present_limits(paths, kept());
  CHECK(limits.cpu.quota == -1);
  CHECK(limits.cpu.period == 70000U);
  CHECK(limits.memory.limit == -1);
  CHECK(limits.memory.swap == 8192);
}

TEST_CASE("without files an update starts from what is kept", "[cgroup]") {
  const test::FakeTree tree;
  CHECK(present_limits({{"", tree.path("box")}}, kept()).cpu.quota == 5000);
  CHECK(present_limits({}, kept()).memory.swap == 1500000);
}
