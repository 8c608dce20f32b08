// SPDX-License-Identifier: Apache-2.0
#include "rdt/lone.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "../cgroup/fake_tree.hpp"
#include "base/error.hpp"

using namespace corten;
using namespace corten::rdt;
namespace fs = std::filesystem;

TEST_CASE("a group without a container is its own, or another's by its closID", "[rdt]") {
  const test::FakeTree tree;
  tree.file("box/tasks");
  CHECK(Lone{tree.root(), {"box", false, {}, {}}}.path() == tree.path("box"));
  // Its own goes whoever has made it; here files of the kernel's are left in the directory.
  CHECK_THROWS_WITH((Lone{tree.root(), {"box", false, {}, {}}}.remove()), Catch::EndsWith("directory not empty"));
  CHECK_NOTHROW((Lone{tree.root(), {"box", true, {}, {}}}.remove()));
  CHECK(fs::exists(tree.path("box/tasks")));
}

TEST_CASE("a process that cannot enter a new group leaves nothing of it", "[rdt]") {
  const test::FakeTree tree;
  Lone group{tree.root(), {"box", false, {}, "watch"}};
  tree.directory("box/mon_groups");
  CHECK_THROWS_WITH(group.add(42), Catch::StartsWith("intelrdt: unable to add pid 42: "));
  CHECK(fs::exists(tree.path("box/mon_groups")));
  CHECK_FALSE(fs::exists(tree.path("box/mon_groups/watch")));
  Lone fresh{tree.root(), {"fresh", true, {"L3:0=1"}, {}}};
  CHECK_THROWS_AS(fresh.add(42), Error);
  CHECK_FALSE(fs::exists(tree.path("fresh")));
}
