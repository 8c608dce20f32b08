// SPDX-License-Identifier: Apache-2.0
#include "sys/xattr.hpp"

#include <fcntl.h>
#include <sys/xattr.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "tests/unit/rootfs/temp_tree.hpp"

namespace corten::sys {
namespace {

/// False where the file system of temporary files has no attributes of users.
bool takes_attributes(const test::TempTree& tree) {
  return ::setxattr(tree.path().c_str(), "user.corten", "x", 1, 0) == 0;
}

}  // namespace

TEST_CASE("attributes are read by path and by descriptor, with any bytes", "[sys]") {
  test::TempTree tree;
  tree.file("file").link("link", "file");
  if (!takes_attributes(tree)) return;
  const std::string value{"a\0b", 3};
  set_attribute(tree.path("link"), "user.one", value);
  set_attribute(tree.path("file"), "user.empty", "");
  CHECK(read_attribute({tree.path("file")}, "user.one") == value);
  CHECK(read_attribute({tree.path("link")}, "user.one") == value);
  CHECK(read_attribute({tree.path("file")}, "user.empty").empty());
  const UniqueFd file{::open(tree.path("file").c_str(), O_RDONLY | O_CLOEXEC)};
  CHECK(read_attribute({{}, file.get()}, "user.one") == value);
  const auto names = attribute_names({{}, file.get()});
  CHECK(names.find(std::string{"user.one\0", 9}) != std::string::npos);
  CHECK(names.find(std::string{"user.empty\0", 11}) != std::string::npos);
  CHECK(attribute_names({tree.path("link")}) == names);
  CHECK(attribute_names({tree.path("link"), -1, false}).find("user.one") == std::string::npos);
  CHECK_THROWS_WITH(read_attribute({tree.path("link"), -1, false}, "user.one"), Catch::Contains("user.one of \"/"));
}

TEST_CASE("an attribute that is not there is an error with its number", "[sys]") {
  test::TempTree tree;
  try {
    static_cast<void>(read_attribute({tree.path()}, "user.none"));
    FAIL("there was one");
  } catch (const Error& error) {
    CHECK((error.code() == ENODATA || error.code() == EOPNOTSUPP));
  }
  CHECK_THROWS_WITH(read_attribute({{}, -1}, "user.none"), Catch::Contains("descriptor -1: bad file descriptor"));
  CHECK_THROWS_WITH(attribute_names({tree.path("none")}), Catch::Contains("no such file or directory"));
  CHECK_THROWS_WITH(set_attribute(tree.path("none"), "user.a", ""), Catch::Contains("no such file or directory"));
}

TEST_CASE("all below a directory gets an attribute, but nothing behind a link", "[sys]") {
  test::TempTree tree;
  test::TempTree outside;
  tree.file("volume/a").file("volume/deep/deeper/b").file("beside");
  outside.file("c");
  if (!takes_attributes(tree)) return;
  set_attribute_below(tree.path("volume"), "user.corten", "label");
  for (const char* name : {"volume", "volume/a", "volume/deep", "volume/deep/deeper", "volume/deep/deeper/b"}) {
    CAPTURE(name);
    CHECK(read_attribute({tree.path(name)}, "user.corten") == "label");
  }
  CHECK(attribute_names({tree.path("beside")}).find("user.corten") == std::string::npos);
  set_attribute_below(tree.path("beside"), "user.corten", "alone");
  CHECK(read_attribute({tree.path("beside")}, "user.corten") == "alone");
  // A link takes no attribute of users; what it leads to must not have got it.
  tree.link("volume/link", outside.path());
  CHECK_THROWS_WITH(set_attribute_below(tree.path("volume"), "user.corten", "x"), Catch::Contains("volume/link"));
  CHECK(attribute_names({outside.path("c")}).find("user.corten") == std::string::npos);
  CHECK_THROWS_WITH(set_attribute_below(tree.path("none"), "user.corten", "x"), Catch::Contains("no such file"));
}

}  // namespace corten::sys
