// SPDX-License-Identifier: Apache-2.0
#include "cgroup/write.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "base/error.hpp"
#include "cgroup/disk_weights.hpp"
#include "fake_tree.hpp"

using namespace corten;
using namespace corten::cgroup;
namespace fs = std::filesystem;

TEST_CASE("writes go to the directory of their controller", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("memory/memory.limit_in_bytes");
  tree.file("pids/pids.max");
  const Paths paths = {{"memory", tree.path("memory")}, {"pids", tree.path("pids")}};
  apply_writes({{"pids", "pids.max", "7"}, {"memory", "memory.limit_in_bytes", "4096"}}, paths, false);
  CHECK(tree.read("pids/pids.max") == "7");
  CHECK(tree.read("memory/memory.limit_in_bytes") == "4096");
}

TEST_CASE("on v2 every controller has the one directory", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/pids.max");
  apply_writes({{"pids", "pids.max", "7"}}, {{"", tree.path("box")}}, false);
  CHECK(tree.read("box/pids.max") == "7");
}

TEST_CASE("a missing file: an error, or fine, or another file instead", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/io.weight");
  tree.file("box/cgroup.controllers", "io pids\n");
  const Paths paths = {{"", tree.path("box")}};
  Write write{"io", "io.bfq.weight", "500"};
  CHECK_THROWS_WITH(
      apply_writes({write}, paths, false),
      "cannot set io limit: write \"500\" to " + tree.path("box/io.bfq.weight") + ": no such file or directory");
  write.other_file = "io.weight";
  write.other_value = "4950";
  apply_writes({write}, paths, false);
  CHECK(tree.read("box/io.weight") == "4950");
  Write optional{"pids", "pids.nothing", "1"};
  optional.optional = true;
  CHECK_NOTHROW(apply_writes({optional}, paths, false));
}

TEST_CASE("two files for one limit: both are written where both are there, one is enough", "[cgroup]") {
  const test::FakeTree tree;
  const Paths paths = {{"", tree.path("box")}};
  tree.file("box/cgroup.controllers", "io\n");
  Write write{"io", "io.bfq.weight", "500"};
  write.other_file = "io.weight";
  write.other_value = "4950";
  CHECK_THROWS_WITH(apply_writes({write}, paths, false), Catch::EndsWith("no such file or directory"));
  tree.file("box/io.weight");
  apply_writes({write}, paths, false);
  CHECK(tree.read("box/io.weight") == "4950");
  tree.file("box/io.weight");
  tree.file("box/io.bfq.weight");
  apply_writes({write}, paths, false);
  CHECK(tree.read("box/io.bfq.weight") == "500");
  CHECK(tree.read("box/io.weight") == "4950");
  fs::remove(tree.path("box/io.weight"));
  tree.file("box/io.bfq.weight");
  apply_writes({write}, paths, false);
  CHECK(tree.read("box/io.bfq.weight") == "500");
}

TEST_CASE("a value that is to be verified must be there afterwards", "[cgroup]") {
  const test::FakeTree tree;
  const Paths paths = {{"", tree.path("box")}};
  const auto written = [&](const char* file, const char* value, const char* before) {
    tree.file(std::string{"box/"} + file, before);
    Write write{"cpuset", file, value};
    write.verified = true;
    apply_writes({write}, paths, false);
  };
  CHECK_NOTHROW(written("cpuset.cpus", "0-1,2", ""));
  CHECK_NOTHROW(written("cpuset.cpus", "\n", "\n"));
  CHECK_NOTHROW(written("cpuset.cpus.partition", "root", ""));
  // A plain file keeps what lies behind the bytes that are written: the kernel's part is played by that.
  CHECK_THROWS_WITH(written("cpuset.cpus", "0-1", "0-1,7"),
                    "cannot set cpuset limit: cpuset.cpus is \"0-1,7\" after \"0-1\" was written");
  CHECK_THROWS_WITH(
      written("cpuset.cpus.partition", "isolated", "isolated invalid (Cpu list in cpuset.cpus not exclusive)\n"),
      "cannot set cpuset limit: cpuset.cpus.partition is \"isolated invalid (Cpu list in cpuset.cpus not "
      "exclusive)\" after \"isolated\" was written");
}

TEST_CASE("a list of CPUs must be what the kernel goes by, or a part of it", "[cgroup]") {
  const test::FakeTree tree;
  const Paths paths = {{"", tree.path("box")}};
  const auto written = [&](const char* list, const char* used) {
    tree.file("box/cpuset.cpus", "");
    tree.file("box/cpuset.cpus.effective", used);
    Write write{"cpuset", "cpuset.cpus", list};
    write.verified = true;
    apply_writes({write}, paths, false);
  };
  CHECK_NOTHROW(written("1-2", "1-2\n"));
  CHECK_NOTHROW(written("0-3", "0-1\n"));
  CHECK_NOTHROW(written("0-3:1/2", "0\n"));
  CHECK_THROWS_WITH(
      written("2-3", "0-1\n"),
      "cannot set cpuset limit: cpuset.cpus.effective is \"0-1\" after \"2-3\" was written to cpuset.cpus: "
      "none of those is online and allowed by the cgroup above");
}

TEST_CASE("of two values for one file the last one is verified, and a list in an unusual form is believed",
          "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/cpuset.cpus", "");
  const Paths paths = {{"", tree.path("box")}};
  std::vector<Write> writes = {{"cpuset", "cpuset.cpus", "0"}, {"cpuset", "cpuset.cpus", "1"}};
  for (auto& write : writes) write.verified = true;
  CHECK_NOTHROW(apply_writes(writes, paths, false));
  tree.file("box/cpuset.cpus", "0-3:1/2,6");
  writes.resize(1);
  writes[0].value = "0-3:1/2";
  CHECK_NOTHROW(apply_writes(writes, paths, false));
}

TEST_CASE("what was empty is so again after a failure", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/cpuset.cpus", "");
  CHECK_THROWS_AS(apply_writes({{"cpuset", "cpuset.cpus", "0"}, {"x", "x.y", "1"}}, {{"", tree.path("box")}}, true),
                  Error);
  CHECK(tree.read("box/cpuset.cpus") == "\n");
}

TEST_CASE("weights count where a disk has the scheduler BFQ or io.cost is on", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("block/vda/queue/scheduler", "[none] mq-deadline bfq\n");
  tree.directory("block/loop0");
  CHECK_FALSE(weights_have_effect(tree.path("block"), tree.path("none")));
  tree.file("cgroup/io.cost.qos", "254:0 enable=0 ctrl=auto\n");
  CHECK_FALSE(weights_have_effect(tree.path("block"), tree.path("cgroup")));
  tree.file("cgroup/io.cost.qos", "254:0 enable=0 ctrl=auto\n8:0 enable=1 ctrl=user\n");
  CHECK(weights_have_effect(tree.path("block"), tree.path("cgroup")));
  tree.file("block/sdb/queue/scheduler", "none [bfq]\n");
  CHECK(weights_have_effect(tree.path("block"), tree.path("none")));
}

TEST_CASE("a limit whose controller is missing says so", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/cgroup.controllers", "io pids\n");
  CHECK_THROWS_WITH(apply_writes({{"memory", "memory.max", "1"}}, {{"", tree.path("box")}}, false),
                    "cannot set memory limit: controller \"memory\" is not available in " + tree.path("box"));
  CHECK_THROWS_WITH(apply_writes({{"pids", "pids.max", "1"}}, {{"cpu", tree.path("box")}}, false),
                    "cannot set pids limit: container could not join or create cgroup");
}

TEST_CASE("after a failure the values written before are put back", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/pids.max", "100\n");
  tree.file("box/cpu.weight", "50\n");
  const Paths paths = {{"", tree.path("box")}};
  const std::vector<Write> writes = {{"pids", "pids.max", "999"}, {"cpu", "cpu.weight", "77"}, {"x", "x.y", "1"}};
  CHECK_THROWS_AS(apply_writes(writes, paths, true), Error);
  CHECK(tree.read("box/pids.max") == "100\n");
  CHECK(tree.read("box/cpu.weight") == "50\n");
  CHECK_THROWS_AS(apply_writes(writes, paths, false), Error);
  CHECK(tree.read("box/pids.max") == "999\n");
}

TEST_CASE("a device's line is put back, or its default where it had none", "[cgroup]") {
  const test::FakeTree tree;
  const Paths paths = {{"blkio", tree.path("box")}};
  const std::vector<Write> writes = {{"blkio", "throttle", "8:0 55", "8:0", "0"}, {"blkio", "missing", "1"}};
  tree.file("box/throttle", "8:16 7\n8:0 1234\n");
  CHECK_THROWS_AS(apply_writes(writes, paths, true), Error);
  CHECK(tree.read("box/throttle").starts_with("8:0 1234"));
  tree.file("box/throttle", "8:16 77\n");
  CHECK_THROWS_AS(apply_writes(writes, paths, true), Error);
  CHECK(tree.read("box/throttle").starts_with("8:0 0"));
}

TEST_CASE("errors carry the errno", "[cgroup]") {
  const test::FakeTree tree;
  tree.directory("box/pids.max");  // writing to it is EISDIR
  try {
    apply_writes({{"pids", "pids.max", "1"}}, {{"", tree.path("box")}}, false);
    FAIL("a directory was written to");
  } catch (const Error& error) {
    CHECK(error.code() == EISDIR);
  }
}
