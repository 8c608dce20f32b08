// SPDX-License-Identifier: Apache-2.0
#include "base/path.hpp"

#include <catch2/catch.hpp>

namespace corten {

TEST_CASE("clean_path takes out what a path can say in more than one way", "[base]") {
  CHECK(clean_path("") == "/");
  CHECK(clean_path("/") == "/");
  CHECK(clean_path("a//b/./c/") == "/a/b/c");
  CHECK(clean_path("/a/../../b") == "/b");
  CHECK(clean_path("../..") == "/");
  CHECK(clean_path("/a/b/../..") == "/");
  CHECK(clean_path("/..a/.b/c..") == "/..a/.b/c..");
  CHECK(clean_path("/proc/sys") == "/proc/sys");
}

}  // namespace corten
