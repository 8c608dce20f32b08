// SPDX-License-Identifier: Apache-2.0
#include "cgroup/tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "cgroup/files.hpp"
#include "cgroup/v2/tree.hpp"
#include "fake_tree.hpp"

using namespace corten;
using namespace corten::cgroup;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_CASE("directories are made with their parents, and it is told which", "[cgroup]") {
  const test::FakeTree tree;
  tree.directory("a");
  std::vector<std::string> made;
  make_directories(tree.path("a/b/c"), made);
  CHECK(made == std::vector<std::string>{tree.path("a/b"), tree.path("a/b/c")});
  make_directories(tree.path("a/b/c"), made);
  CHECK(made.size() == 2);
  discard_directories(made);
  CHECK(fs::exists(tree.path("a")));
  CHECK_FALSE(fs::exists(tree.path("a/b")));
}

TEST_CASE("the processes of a cgroup are told with those below it, or without", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("cgroup.procs", "7\n8\n");
  tree.file("below/cgroup.procs", "9\n");
  CHECK(processes_in(tree.root()) == std::vector<pid_t>{7, 8});
  CHECK(processes_below(tree.root()).size() == 3);
  CHECK(processes_in(tree.path("none")).empty());
}

TEST_CASE("a directory that cannot be made is named", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("plain");
  std::vector<std::string> made;
  CHECK_THROWS_WITH(make_directories(tree.path("plain/b"), made),
                    "mkdir " + tree.path("plain/b") + ": not a directory");
  CHECK(made.empty());
}

TEST_CASE("processes are found in the cgroup and below it", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/cgroup.procs", "12\n34\n");
  tree.file("box/sub/cgroup.procs", "56\n");
  tree.file("box/sub/deeper/cgroup.procs", "78\n");
  tree.directory("box/no-file");
  auto pids = processes_below(tree.path("box"));
  std::ranges::sort(pids);
  CHECK(pids == std::vector<pid_t>{12, 34, 56, 78});
  CHECK(processes_below(tree.path("nowhere")).empty());
}

TEST_CASE("removal takes the cgroups below along, and what is not there is fine", "[cgroup]") {
  const test::FakeTree tree;
  tree.directory("box/a/b");
  tree.directory("box/c");
  remove_tree(tree.path("box"), 0ms);
  CHECK_FALSE(fs::exists(tree.path("box")));
  CHECK_NOTHROW(remove_tree(tree.path("box"), 0ms));
  CHECK(try_remove(tree.path("box")));
}

TEST_CASE("a name that begins with a dot is as good as any", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/.hidden/..deeper/cgroup.procs", "12\n");
  CHECK(processes_below(tree.path("box")) == std::vector<pid_t>{12});
  fs::remove(tree.path("box/.hidden/..deeper/cgroup.procs"));
  remove_tree(tree.path("box"), 0ms);
  CHECK_FALSE(fs::exists(tree.path("box")));
}

TEST_CASE("a tree deeper than a path, and than the limit on open files, is walked and removed", "[cgroup]") {
  const test::FakeTree tree;
  tree.directory("box");
  const std::string name(200, 'd');
  constexpr int depth = 1500;
  {
    UniqueFd at{::open(tree.path("box").c_str(), O_RDONLY | O_DIRECTORY)};
    for (int level = 0; level < depth; ++level) {
      REQUIRE(::mkdirat(at.get(), name.c_str(), 0755) == 0);
      at = UniqueFd{::openat(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY)};
    }
    const UniqueFd procs{::openat(at.get(), "cgroup.procs", O_CREAT | O_WRONLY, 0644)};
    REQUIRE(::write(procs.get(), "7\n", 2) == 2);
    CHECK(processes_below(tree.path("box")) == std::vector<pid_t>{7});
    REQUIRE(::unlinkat(at.get(), "cgroup.procs", 0) == 0);
  }
  remove_tree(tree.path("box"), 0ms);
  CHECK_FALSE(fs::exists(tree.path("box")));
}

TEST_CASE("no symlink is followed to another tree", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/cgroup.procs", "1\n");
  tree.directory("other/below");
  fs::create_symlink(tree.path("other"), tree.path("link"));
  CHECK_THROWS_WITH(processes_below(tree.path("link")), Catch::Contains("too many levels of symbolic links"));
  CHECK_THROWS(remove_tree(tree.path("link"), 0ms));
  CHECK(fs::exists(tree.path("other/below")));
}

TEST_CASE("a cgroup that stays busy is named once patience ends", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("box/busy");  // a plain file keeps a plain directory
  CHECK_FALSE(try_remove(tree.path("box")));
  CHECK_THROWS_WITH(remove_tree(tree.path("box"), 1ms), "rmdir " + tree.path("box") + ": device or resource busy");
}

TEST_CASE("numbers and keyed values of cgroup files", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("n", "42\n");
  tree.file("max", "max\n");
  tree.file("text", "many\n");
  CHECK(read_number(tree.path("n")) == 42U);
  CHECK(read_number(tree.path("max")) == std::numeric_limits<std::uint64_t>::max());
  CHECK(read_number(tree.path("text")) == std::nullopt);
  CHECK(read_number(tree.path("none")) == std::nullopt);
  constexpr auto events = "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n";
  CHECK(value_of_key(events, "oom_kill") == 3U);
  CHECK(value_of_key(events, "oom") == std::nullopt);
}

TEST_CASE("controllers that a parent does not yet enable", "[cgroup]") {
  using Names = std::vector<std::string>;
  CHECK(missing_controllers("cpu io memory pids\n", "cpu pids\n") == Names{"io", "memory"});
  CHECK(missing_controllers("cpu\n", "cpu\n").empty());
  CHECK(missing_controllers("cpuset cpu\n", "cpu") == Names{"cpuset"});
  CHECK(missing_controllers("\n", "").empty());
}

TEST_CASE("controllers are enabled in each cgroup above, not in the container's", "[cgroup]") {
  const test::FakeTree tree;
  for (const auto* name : {".", "pod", "pod/box"}) {
    const std::string at = std::string{name} + "/";
    tree.file(at + "cgroup.controllers", std::string{name} == "." ? "cpu pids\n" : "\n");
    tree.file(at + "cgroup.subtree_control");
    tree.file(at + "cgroup.type", "domain\n");
  }
  enable_controllers(tree.root(), tree.path("pod/box"), true);
  CHECK(tree.read("cgroup.subtree_control") == "+cpu +pids");
  CHECK(tree.read("pod/cgroup.subtree_control").empty());  // offers none here, as plain files do not follow
  CHECK(tree.read("pod/box/cgroup.subtree_control").empty());
}

TEST_CASE("nothing is written where the cgroup has all controllers already", "[cgroup]") {
  const test::FakeTree tree;
  tree.file("cgroup.controllers", "cpu memory pids\n");
  tree.file("cgroup.subtree_control", "");
  tree.file("box/cgroup.controllers", "cpu memory pids\n");
  enable_controllers(tree.root(), tree.path("box"), true);
  CHECK(tree.read("cgroup.subtree_control").empty());
}

TEST_CASE("a threaded cgroup takes no container with domain limits; an invalid one becomes threaded without",
          "[cgroup]") {
  const test::FakeTree tree;
  tree.file("cgroup.controllers", "cpu memory\n");
  tree.file("box/cgroup.controllers", "cpu\n");
  tree.file("box/cgroup.type", "threaded\n");
  CHECK_NOTHROW(enable_controllers(tree.root(), tree.path("box"), false));
  CHECK_THROWS_WITH(enable_controllers(tree.root(), tree.path("box"), true),
                    Catch::Contains("with domain controllers -- it is in threaded mode"));
  tree.file("box/cgroup.type", "domain invalid\n");
  CHECK_THROWS_WITH(enable_controllers(tree.root(), tree.path("box"), true),
                    Catch::Contains("with domain controllers -- it is in an invalid state"));
  enable_controllers(tree.root(), tree.path("box"), false);
  CHECK(tree.read("box/cgroup.type").starts_with("threaded"));
}
