// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace corten;
using log::Level;

TEST_CASE("messages go to the writer whole, those for debugging only when asked for", "[log]") {
  static std::string written;
  const auto writer = [](Level level, std::string_view message) {
    written += (level == Level::info ? "info " : "") + std::string{message};
  };
  log::hand_on(writer, false);
  log::info("to the caller");
  log::debug("not asked for");
  CHECK(written == "info to the caller");
  log::hand_on(writer, true);
  log::debug(", debug");
  CHECK(written == "info to the caller, debug");
  log::hand_on(nullptr, true);
  log::warn("to nobody");
  CHECK(written == "info to the caller, debug");
}
