// SPDX-License-Identifier: Apache-2.0
#include "cmd/log.hpp"

#include <catch2/catch.hpp>
#include <corten/text.hpp>

#include "../cgroup/fake_tree.hpp"
#include "base/log.hpp"

using namespace corten;
using cmd::log::Format;
using cmd::log::record;

namespace {

constexpr long moment = 1767225599;  // 2025-12-31T23:59:59Z

/// The log is the process's: each test leaves it as it was.
struct Restored {
  ~Restored() { cmd::log::open("", Format::text, false); }
};

}  // namespace

TEST_CASE("a record of text has runc's fields", "[cmd]") {
  CHECK(record(CORTEN_WARNING, "low \"memory\"\n", Format::text, moment) ==
        "time=\"2025-12-31T23:59:59Z\" level=warning msg=\"low \\\"memory\\\"\\n\"\n");
}

TEST_CASE("a record of JSON has runc's fields in runc's order", "[cmd]") {
  CHECK(record(CORTEN_ERROR, "a\tb", Format::json, moment) ==
        R"({"level":"error","msg":"a\tb","time":"2025-12-31T23:59:59Z"})"
        "\n");
  CHECK(record(CORTEN_INFO, "", Format::json, 0) == R"({"level":"info","msg":"","time":"1970-01-01T00:00:00Z"})"
                                                    "\n");
}

TEST_CASE("records are appended to the file of the log, those for debugging only when asked for", "[cmd]") {
  const Restored restored;
  const test::FakeTree tree;
  tree.file("log", "before\n");
  cmd::log::open(tree.path("log"), Format::json, false);
  CHECK(cmd::log::is_file());
  CHECK_FALSE(log::debug_enabled());
  log::debug("hidden");
  log::warn("shown");
  auto text = tree.read("log");
  CHECK(text.starts_with("before\n{\"level\":\"warning\",\"msg\":\"shown\","));
  CHECK(text.find("hidden") == std::string::npos);
  cmd::log::open(tree.path("log"), Format::json, true);
  log::debug("now");
  CHECK_THAT(tree.read("log"), Catch::Contains("\"msg\":\"now\""));
}

TEST_CASE("a record that is too long is cut", "[cmd]") {
  const Restored restored;
  const test::FakeTree tree;
  cmd::log::open(tree.path("log"), Format::text, false);
  log::warn(std::string(3 * message_limit, 'x'));
  CHECK(tree.read("log").size() < 2 * message_limit);
}

TEST_CASE("a log has control characters in escapes, and an end", "[cmd]") {
  for (const auto format : {Format::json, Format::text}) {
    const auto line = record(CORTEN_ERROR,
                             "\x1B]0;x\x07\n\xC2\x9B"
                             "31m\xFF\x7F",
                             format, 0);
    for (std::size_t i = 0; i + 1 < line.size(); ++i) CHECK((static_cast<unsigned char>(line[i]) >= 0x20));
    CHECK(line.find("\\u001b]0;x\\u0007\\n\\u009b31m\xEF\xBF\xBD\\u007f") != std::string::npos);
  }
}
