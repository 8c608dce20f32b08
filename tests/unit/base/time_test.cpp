// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/text.hpp"

namespace corten {

TEST_CASE("a time is written as UTC, whatever the time zone", "[base]") {
  CHECK(utc_time(0) == "1970-01-01T00:00:00");
  CHECK(utc_time(951782400) == "2000-02-29T00:00:00");
  CHECK(utc_time(1795525867) == "2026-11-24T13:11:07");
  CHECK(utc_time(4102444799) == "2099-12-31T23:59:59");
}

}  // namespace corten
