// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <catch2/catch.hpp>

#include "../cgroup/fake_tree.hpp"
#include "base/excerpt.hpp"

using namespace corten;
using log::Format;
using log::Level;

namespace {

constexpr long moment = 1767225599;  // 2025-12-31T23:59:59Z

/// The log is the process's: each test leaves it as it was.
struct Restored {
  ~Restored() { log::open("", Format::text, false); }
};

}  // namespace

TEST_CASE("a record of text has runc's fields", "[log]") {
  CHECK(log::record(Level::warning, "low \"memory\"\n", Format::text, moment) ==
        "time=\"2025-12-31T23:59:59Z\" level=warning msg=\"low \\\"memory\\\"\\n\"\n");
}

TEST_CASE("a record of JSON has runc's fields in runc's order", "[log]") {
  CHECK(log::record(Level::error, "a\tb", Format::json, moment) ==
        R"({"level":"error","msg":"a\tb","time":"2025-12-31T23:59:59Z"})"
        "\n");
  CHECK(log::record(Level::info, "", Format::json, 0) == R"({"level":"info","msg":"","time":"1970-01-01T00:00:00Z"})"
                                                         "\n");
}

TEST_CASE("records are appended to the file of the log, those for debugging only when asked for", "[log]") {
  const Restored restored;
  const test::FakeTree tree;
  tree.file("log", "before\n");
  log::open(tree.path("log"), Format::json, false);
  CHECK(log::elsewhere());
  CHECK_FALSE(log::debug_enabled());
  log::debug("hidden");
  log::warn("shown");
  auto text = tree.read("log");
  CHECK(text.starts_with("before\n{\"level\":\"warning\",\"msg\":\"shown\","));
  CHECK(text.find("hidden") == std::string::npos);
  log::open(tree.path("log"), Format::json, true);
  log::debug("now");
  CHECK_THAT(tree.read("log"), Catch::Contains("\"msg\":\"now\""));
}

TEST_CASE("a record that is too long is cut", "[log]") {
  const Restored restored;
  const test::FakeTree tree;
  log::open(tree.path("log"), Format::text, false);
  log::warn(std::string(3 * message_limit, 'x'));
  CHECK(tree.read("log").size() < 2 * message_limit);
}

TEST_CASE("records go to another writer whole, and to no file", "[log]") {
  static std::string written;
  const Restored restored;
  const test::FakeTree tree;
  log::open(tree.path("log"), Format::text, false);
  log::hand_on(
      [](Level level, std::string_view message) {
        written += (level == Level::info ? "info " : "") + std::string{message};
      },
      false);
  log::info("to the parent");
  log::debug("not asked for");
  CHECK(written == "info to the parent");
  CHECK(log::elsewhere());
  CHECK(tree.read("log").empty());
}
