// SPDX-License-Identifier: Apache-2.0
#include "sys/device_nodes.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "../cgroup/fake_tree.hpp"
#include "base/error.hpp"

using namespace corten;
using namespace corten::sys;

TEST_CASE("a device node is told from other files", "[sys]") {
  const test::FakeTree tree;
  const auto null = device_node("/dev/null");
  REQUIRE(null);
  CHECK(null->type == 'c');
  CHECK(null->major == 1);
  CHECK(null->minor == 3);
  CHECK(null->path == "/dev/null");
  tree.file("plain");
  CHECK_FALSE(device_node(tree.path("plain")));
  std::filesystem::create_symlink("/dev/null", tree.path("link"));
  CHECK_FALSE(device_node(tree.path("link")));
  REQUIRE(::mkfifo(tree.path("fifo").c_str(), 0600) == 0);
  const auto fifo = device_node(tree.path("fifo"));
  REQUIRE(fifo);
  CHECK(fifo->type == 'p');
  CHECK(fifo->mode == 0600);
  CHECK_THROWS_WITH(device_node("/dev/none"), "stat \"/dev/none\": no such file or directory");
}

TEST_CASE("a directory without devices has none", "[sys]") {
  const test::FakeTree tree;
  tree.file("a/b/plain");
  REQUIRE(::mkfifo(tree.path("a/fifo").c_str(), 0600) == 0);
  std::filesystem::create_directory_symlink("/dev", tree.path("dev"));
  CHECK(device_nodes_below(tree.root()).empty());
  CHECK_THROWS_WITH(device_nodes_below(tree.path("a/b/plain")), Catch::EndsWith("not a directory"));
}
