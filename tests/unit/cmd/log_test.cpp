// SPDX-License-Identifier: Apache-2.0
#include "cmd/log.hpp"

#include <catch2/catch.hpp>
#include <corten/text.hpp>

#include "../cgroup/fake_tree.hpp"
#include "base/log.hpp"

using namespace corten;
using cmd::log::Format;

namespace {

/// The log is the process's: each test leaves it as it was.
struct Restored {
  ~Restored() { cmd::log::open("", Format::text, CORTEN_INFO); }
};

}  // namespace

TEST_CASE("records are appended to the file of the log, those for debugging only when asked for", "[cmd]") {
  const Restored restored;
  const test::FakeTree tree;
  tree.file("log", "before\n");
  cmd::log::open(tree.path("log"), Format::json, CORTEN_INFO);
  CHECK(cmd::log::elsewhere());
  CHECK_FALSE(log::debug_enabled());
  log::debug("hidden");
  log::warn("shown");
  auto text = tree.read("log");
  CHECK(text.starts_with("before\n{\"level\":\"warning\",\"msg\":\"shown\","));
  CHECK(text.find("hidden") == std::string::npos);
  cmd::log::open(tree.path("log"), Format::json, CORTEN_DEBUG);
  log::debug("now");
  CHECK_THAT(tree.read("log"), Catch::Contains("\"msg\":\"now\""));
}

TEST_CASE("a record that is too long is cut", "[cmd]") {
  const Restored restored;
  const test::FakeTree tree;
  cmd::log::open(tree.path("log"), Format::text, CORTEN_INFO);
  log::warn(std::string(3 * message_limit, 'x'));
  CHECK(tree.read("log").size() < 2 * message_limit);
}
