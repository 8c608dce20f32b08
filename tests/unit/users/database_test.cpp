// SPDX-License-Identifier: Apache-2.0
#include "users/database.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "base/error.hpp"
#include "tests/unit/rootfs/temp_tree.hpp"

namespace corten::users {

using test::TempTree;

TEST_CASE("the files of a root are read, and need not be there", "[users]") {
  TempTree tree;
  CHECK(Database::open(tree.path()).passwd().empty());
  tree.file("etc/passwd", "root:x:0:0\n");
  CHECK(Database::open(tree.path()).passwd() == "root:x:0:0\n");
  CHECK(Database{tree.open()}.groups().empty());
  CHECK_THROWS_WITH(Database::open("etc"), R"(the root "etc" is no absolute path)");
  CHECK_THROWS_WITH(Database::open(tree.path("none")), Catch::Contains("no such file or directory"));
  CHECK_THROWS_WITH(Database::open(tree.path("etc/passwd")), Catch::Contains("not a directory"));
}

TEST_CASE("links stay inside the root", "[users]") {
  TempTree tree;
  tree.file("data/users", "inside:x:1:1\n")
      .link("etc/passwd", "/data/users")
      .link("etc/group", "../../../../etc/group");
  const auto database = Database::open(tree.path());
  CHECK(database.passwd() == "inside:x:1:1\n");
  CHECK_THROWS_WITH(database.groups(), Catch::Contains("too many levels of symbolic links"));  // it leads to itself
}

TEST_CASE("what is no regular file is not opened", "[users]") {
  TempTree tree;
  tree.directory("etc/passwd");
  const auto database = Database::open(tree.path());
  CHECK_THROWS_WITH(database.passwd(), "etc/passwd is not a regular file");
  REQUIRE(::mkfifo(tree.path("etc/group").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(database.groups(), "etc/group is not a regular file");  // an open would wait for a writer
}

TEST_CASE("a file that is too large is refused", "[users]") {
  TempTree tree;
  tree.file("etc/passwd", "root:x:0:0\n");
  std::filesystem::resize_file(tree.path("etc/passwd"), largest_file + 1);
  CHECK_THROWS_WITH(Database::open(tree.path()).passwd(), "etc/passwd is larger than 16777216 bytes");
  std::filesystem::resize_file(tree.path("etc/passwd"), largest_file);
  CHECK(Database::open(tree.path()).passwd().size() == largest_file);
}

}  // namespace corten::users
