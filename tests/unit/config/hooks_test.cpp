// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "config/process.hpp"

using namespace corten;
using namespace corten::config;

TEST_CASE("a hook's time-out is a span of time", "[config]") {
  spec::Hooks hooks;
  hooks.poststop = {{"/bin/a", {}, {}, {}}, {"/bin/b", {}, {}, 1}};
  CHECK_NOTHROW(check_hooks(hooks));
  for (const int timeout : {0, -1}) {
    hooks.poststop[1].timeout = timeout;
    CHECK_THROWS_WITH(check_hooks(hooks),
                      Catch::StartsWith("hooks.poststop[1].timeout: expected a number of seconds greater than 0"));
  }
}
