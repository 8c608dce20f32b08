// SPDX-License-Identifier: Apache-2.0
#include "container/state/state_dir.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "../cgroup/fake_tree.hpp"
#include "base/error.hpp"

using namespace corten;
using namespace corten::container;
namespace fs = std::filesystem;

namespace {

spec::SavedState state_of(const std::string& id, int pid = 0) {
  spec::SavedState saved;
  saved.oci_version = "1.3.0";
  saved.id = id;
  saved.cgroup_driver = "files";
  saved.init_pid = pid;
  return saved;
}

}  // namespace

TEST_CASE("an id is what runc takes for one", "[container]") {
  for (const auto* id : {"a", "A-b_c.d+9", "..a", "-"}) CHECK_NOTHROW(check_id(id));
  for (const auto* id : {".", "..", "a/b", "a b", "ä", "a\n"}) {
    CAPTURE(id);
    CHECK_THROWS_WITH(check_id(id), Catch::StartsWith("invalid container ID format: \""));
  }
  CHECK_THROWS_WITH(check_id(""), "container id cannot be empty");
}

TEST_CASE("to make the directory claims the id, and holds its lock", "[container]") {
  const test::FakeTree tree;
  const auto root = tree.path("deep/root");
  auto made = StateDir::create(root, "box");
  struct stat status {};
  REQUIRE(::stat(made.path().c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0711);
  CHECK_THROWS_WITH(StateDir::create(root, "box"), "container with given ID already exists: " + root + "/box is there");
  auto other = StateDir::open(root, "box");
  CHECK_FALSE(other.try_lock());
  made.unlock();
  CHECK(other.try_lock());
  CHECK_FALSE(made.try_lock());
}

TEST_CASE("what is not there does not exist; a symlink is no state directory", "[container]") {
  const test::FakeTree tree;
  CHECK_FALSE(StateDir::try_open(tree.root(), "none"));
  CHECK_THROWS_WITH(StateDir::open(tree.root(), "none"),
                    "container does not exist: there is no " + tree.root() + "/none");
  tree.directory("elsewhere");
  fs::create_directory_symlink(tree.path("elsewhere"), tree.path("link"));
  CHECK_THROWS_AS(StateDir::open(tree.root(), "link"), Error);
}

TEST_CASE("a state is there once it is published, and whole", "[container]") {
  const test::FakeTree tree;
  const auto directory = StateDir::create(tree.root(), "box");
  CHECK_FALSE(directory.read());
  directory.write(state_of("box", 1));
  CHECK(directory.read()->init_pid == 1);
  directory.prepare(state_of("box", 2));
  CHECK(directory.read()->init_pid == 1);
  directory.publish();
  CHECK(directory.read()->init_pid == 2);
}

TEST_CASE("a state of another container is refused", "[container]") {
  const test::FakeTree tree;
  const auto directory = StateDir::create(tree.root(), "box");
  directory.write(state_of("bag"));
  CHECK_THROWS_WITH(directory.read(), "state.json is not of this container, but of \"bag\"");
}

TEST_CASE("while hooks run the lock is free, and others see that the container is being made", "[container]") {
  const test::FakeTree tree;
  auto directory = StateDir::create(tree.root(), "box");
  auto other = StateDir::open(tree.root(), "box");
  CHECK_FALSE(other.is_being_made());
  directory.unlocked([&] {
    CHECK(other.is_being_made());
    CHECK(other.try_lock());
    other.unlock();
  });
  CHECK_FALSE(other.is_being_made());
  CHECK_FALSE(other.try_lock());
}

TEST_CASE("a container that is deleted while its hooks run is not gone on with", "[container]") {
  const test::FakeTree tree;
  auto directory = StateDir::create(tree.root(), "box");
  const auto remove = [&] { StateDir::open(tree.root(), "box").remove(); };
  CHECK_THROWS_WITH(directory.unlocked(remove), "the container was deleted while its hooks ran");
}

TEST_CASE("a directory that was removed and made again is another one", "[container]") {
  const test::FakeTree tree;
  const auto directory = StateDir::create(tree.root(), "box");
  CHECK(directory.still_there());
  directory.remove();
  CHECK_FALSE(directory.still_there());
  const auto again = StateDir::create(tree.root(), "box");
  CHECK_FALSE(directory.still_there());
  CHECK(again.still_there());
}

TEST_CASE("removing takes all that is in the directory", "[container]") {
  const test::FakeTree tree;
  const auto directory = StateDir::create(tree.root(), "box");
  directory.write(state_of("box"));
  tree.file("box/notify/notify.sock");
  directory.remove();
  CHECK_FALSE(fs::exists(tree.path("box")));
}

TEST_CASE("the root lists what can be a container, and reads it without its lock", "[container]") {
  const test::FakeTree tree;
  CHECK_FALSE(StateRoot::open(tree.path("none")));
  const auto box = StateDir::create(tree.root(), "box");
  box.write(state_of("box", 5));
  tree.directory("empty");
  tree.file("not an id/state.json", "{}");
  const auto root = StateRoot::open(tree.root());
  REQUIRE(root);
  CHECK(root->ids() == std::vector<std::string>{"box", "empty"});
  CHECK(root->read("box")->saved.init_pid == 5);
  CHECK_FALSE(root->read("empty"));
  CHECK(root->has("box", "state.json"));
  CHECK_FALSE(root->has("box", "start.sock"));
}
