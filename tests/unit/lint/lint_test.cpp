// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "lint/check.hpp"
#include "lint/document.hpp"
#include "spec/json_tree.hpp"

using namespace corten;
using lint::Severity;

namespace {

/// A configuration with `more` in front of its own fields.
std::string config(const std::string& more = {}) {
  return "{" + more + R"("ociVersion": "1.2.0", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["sh"]}})";
}

std::vector<std::string> pointers(std::string_view text) {
  std::vector<std::string> all;
  for (const auto& one : lint::check(text)) all.push_back(one.pointer);
  return all;
}

}  // namespace

TEST_CASE("each value of a JSON text has its place", "[lint]") {
  const std::string text = "{\"a\": [1, \"x\\\"]\", {}],\n \"b\" : {\"c\":null}} rest";
  const auto places = lint::places_of(text);
  const spec::JsonTree tree{text, "text", {}, spec::Rest::ignored};
  REQUIRE(places.size() == tree.after(0));
  CHECK(text.substr(places[1].name, 3) == "\"a\"");
  CHECK(text[places[1].value] == '[');
  CHECK(text[places[2].value] == '1');
  CHECK(text.substr(places[3].value, 4) == "\"x\\\"");
  CHECK(text.substr(places[4].value, 2) == "{}");
  CHECK(text.substr(places[6].name, 3) == "\"c\"");
  CHECK(text.substr(places[6].value, 4) == "null");
  CHECK(lint::line_column(text, places[5].name) == lint::LineColumn{2, 2});
}

TEST_CASE("a JSON path is a pointer", "[lint]") {
  CHECK(lint::pointer_of_path("process.rlimits[0].type") == "/process/rlimits/0/type");
  CHECK(lint::pointer_of_path("annotations[\"a/b\"]") == "/annotations/a~1b");
  CHECK_FALSE(lint::pointer_of_path("invalid mount {Destination"));
  CHECK_FALSE(lint::pointer_of_path("a[0"));
}

TEST_CASE("a good configuration has no problem", "[lint]") {
  CHECK(pointers(config()).empty());
  CHECK(pointers(config(R"("hostname": null, )")).empty());
}

TEST_CASE("values of a wrong type are found all at once", "[lint]") {
  const auto found =
      pointers(R"({"ociVersion": 1, "root": [], "process": {"cwd": "/", "args": [1, 2], "user": {"uid": -1}}})");
  CHECK(found ==
        std::vector<std::string>{"/ociVersion", "/root", "/process/args/0", "/process/args/1", "/process/user/uid"});
}

TEST_CASE("an unknown name is a warning, with the one that was meant", "[lint]") {
  const auto found = lint::check(config("\n  \"hostnmae\": \"x\", \"x-own\": {}, "));
  REQUIRE(found.size() == 2);
  CHECK(found[0].severity == Severity::warning);
  CHECK(found[0].suggestion == "hostname");
  CHECK(found[0].line == 2);
  CHECK(found[0].column == 3);
  CHECK(found[1].suggestion.empty());
}

TEST_CASE("a name that is there twice, or in other case, is a warning", "[lint]") {
  const auto found = lint::check(config(R"("annotations": {"a": "1", "a": "2"}, "Linux": {}, )"));
  REQUIRE(found.size() == 2);
  CHECK(found[0].message == "the name is there more than once: the last one counts");
  CHECK(found[1].suggestion == "linux");
}

TEST_CASE("a text that is no JSON has one problem at its place", "[lint]") {
  const auto found = lint::check("{\n  \"a\": 1\n  \"b\": 2\n}");
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::error);
  CHECK(found[0].line == 3);
}

TEST_CASE("a mount that a later one covers is a warning; the other way round is usual", "[lint]") {
  const auto mounts = [](const char* first, const char* second) {
    return pointers(config(fmt::format(
        R"("mounts": [{{"destination": "{}", "type": "tmpfs"}}, {{"destination": "{}", "type": "tmpfs"}}], )", first,
        second)));
  };
  CHECK(mounts("/a/b", "/a") == std::vector<std::string>{"/mounts/0/destination"});
  CHECK(mounts("/a/../c", "/c/") == std::vector<std::string>{"/mounts/0/destination"});
  CHECK(mounts("/a", "/a/b").empty());
  CHECK(mounts("/ab", "/a").empty());
}

TEST_CASE("what only planning knows is found, too", "[lint]") {
  const auto found = lint::check(config(R"("linux": {"sysctl": {"kernel.panic": "1"}}, )"));
  REQUIRE(found.size() == 1);
  CHECK(found[0].pointer == "/linux/sysctl");
  CHECK(found[0].severity == Severity::error);
}
