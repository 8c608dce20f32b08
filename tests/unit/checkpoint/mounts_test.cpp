// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/mounts.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using namespace corten::checkpoint;

namespace {
using Texts = std::vector<std::string>;
}

TEST_CASE("a mount's key is its place in the list", "[checkpoint]") {
  CHECK(dump_externals({{"/data", "/data"}, {"/link", "/real/place"}}) ==
        Texts{"mnt[/data]:corten-0", "mnt[/real/place]:corten-1"});
  CHECK(
      restore_externals({{"/data", "/data"}, {"/link", "/real/place"}}, {{"/link", "/host/b"}, {"/data", "/host/a"}}) ==
      Texts{"mnt[corten-0]:/host/a", "mnt[corten-1]:/host/b"});
}

TEST_CASE("a mount point that would end its key early is refused", "[checkpoint]") {
  const std::string path = GENERATE("/a]:/etc", "/a]", "/a\nb", "/a\x1b[2J", "/a\x7f");
  CHECK_THROWS_AS(dump_externals({{"/data", path}}), Error);
}

TEST_CASE("a source that CRIU could misread is refused", "[checkpoint]") {
  CHECK_THROWS_AS(restore_externals({{"/data", "/data"}}, {{"/data", "/x]:/etc"}}), Error);
}

TEST_CASE("a mount of the images that config.json has not is an error", "[checkpoint]") {
  CHECK_THROWS_WITH(restore_externals({{"/data", "/data"}}, {{"/other", "/x"}}), Catch::Contains("/data"));
}

TEST_CASE("images of runc call a mount by its mount point, which must be safe", "[checkpoint]") {
  const std::vector<ExternalMount> outside{{"/link", "/host/a"}};
  CHECK(restore_externals({{"/link", "/real"}}, outside, Keys::mountpoints) == Texts{"mnt[/real]:/host/a"});
  CHECK_THROWS_AS(restore_externals({{"/link", "/a]:/etc"}}, outside, Keys::mountpoints), Error);
}

TEST_CASE("of two mounts on one place the later one is restored", "[checkpoint]") {
  CHECK(restore_externals({{"/data", "/data"}}, {{"/data", "/host/a"}, {"/data", "/host/b"}}) ==
        Texts{"mnt[corten-0]:/host/b"});
}

TEST_CASE("a path is read without the kernel's escapes", "[checkpoint]") {
  CHECK(unescape("/a\\040b\\134\\012c") == "/a b\\\nc");
  CHECK(unescape("/a\\04") == "/a\\04");
}
