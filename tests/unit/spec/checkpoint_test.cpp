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
  ThreadSettings settings;
  settings.pid = 7;
  settings.cpus = "0-2";
  settings.timer_slack = 70000;
  CHECK(settings_json({settings}) == R"([{"pid":7,"cpus":"0-2","timerSlack":70000}])");
  settings.io_priority = 24583;
  settings.core_dump_filter = 7;
  settings.utilization_min = 300;
  settings.utilization_max = 1024;
  CHECK(parse_settings(settings_json({settings, {}})) == std::vector<ThreadSettings>{settings, {}});
}

TEST_CASE("broken files beside the images are errors that name them", "[spec]") {
  CHECK_THROWS_WITH(parse_descriptors("{}"), Catch::Contains("descriptors.json"));
  CHECK_THROWS_WITH(parse_mounts("[1]"), Catch::Contains("mounts.json"));
  CHECK_THROWS_WITH(parse_settings(R"([{"pid": "x"}])"), Catch::Contains("settings.json"));
}
