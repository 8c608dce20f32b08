// SPDX-License-Identifier: Apache-2.0
#include "spec/checkpoint.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using namespace corten::spec;

TEST_CASE("the files beside the images are read as they were written", "[spec]") {
  const std::vector<std::string> descriptors{"/dev/null", "pipe:[1]", ""};
  CHECK(descriptors_json(descriptors) == R"(["/dev/null","pipe:[1]",""])");
  CHECK(parse_descriptors(descriptors_json(descriptors)) == descriptors);
  const MountList mounts{{"/a\n", "/b\""}, {"/c", "/c"}};
  CHECK(parse_mounts(mounts_json(mounts)) == mounts);
}

TEST_CASE("broken files beside the images are errors that name them", "[spec]") {
  CHECK_THROWS_WITH(parse_descriptors("{}"), Catch::Contains("descriptors.json"));
  CHECK_THROWS_WITH(parse_mounts("[1]"), Catch::Contains("mounts.json"));
}
