// SPDX-License-Identifier: Apache-2.0
#include "cgroup/oom_watch.hpp"

#include <poll.h>

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "fake_tree.hpp"

using namespace corten::cgroup;
using corten::test::FakeTree;

namespace {

bool is_readable(const OomWatch& watch) {
  pollfd what{watch.fd(), POLLIN, 0};
  return ::poll(&what, 1, 0) == 1;
}

}  // namespace

TEST_CASE("on v2 a watch tells of kills that came after it began, once", "[cgroup]") {
  const FakeTree tree;
  tree.file("memory.events", "low 0\noom 2\noom_kill 2\n");
  OomWatch watch{{{"", tree.root()}}};
  CHECK_FALSE(is_readable(watch));
  CHECK_FALSE(watch.happened());

  tree.file("memory.events", "low 0\noom 3\noom_kill 3\n");
  CHECK(is_readable(watch));
  CHECK(watch.happened());
  CHECK_FALSE(is_readable(watch));
  CHECK_FALSE(watch.happened());

  tree.file("memory.events", "low 9\noom 3\noom_kill 3\n");
  CHECK(is_readable(watch));
  CHECK_FALSE(watch.happened());
}

TEST_CASE("on v2 a watch tells of another count that grows", "[cgroup]") {
  const FakeTree tree;
  tree.file("memory.events", "high 1\nmax 0\noom_kill 2\n");
  OomWatch watch{{{"", tree.root()}}, "high"};
  tree.file("memory.events", "high 1\nmax 5\noom_kill 3\n");
  CHECK(is_readable(watch));
  CHECK_FALSE(watch.happened());
  tree.file("memory.events", "high 2\nmax 5\noom_kill 3\n");
  CHECK(watch.happened());
}

TEST_CASE("there is nothing to watch without a memory cgroup", "[cgroup]") {
  CHECK_THROWS_AS(OomWatch(Paths{}), corten::Error);
  CHECK_THROWS_AS(OomWatch(Paths{{"cpu", "/sys/fs/cgroup/cpu/a"}, {"pids", "/sys/fs/cgroup/pids/a"}}), corten::Error);
}
