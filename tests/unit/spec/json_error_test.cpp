// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "spec/config.hpp"
#include "spec/saved_state.hpp"

using namespace corten::spec;

namespace {

std::string complaint(std::string_view text) {
  try {
    static_cast<void>(parse_config(text));
  } catch (const corten::Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("a wrong type is named with its path, what was expected and what was found", "[spec]") {
  CHECK(complaint(R"({"process": {"user": {"uid": "0"}}})") ==
        "config.json: process.user.uid: expected a number from 0 to 4294967295, got a string");
  CHECK(complaint(R"({"mounts": [{}, {}, {}, {"options": [7]}]})") ==
        "config.json: mounts[3].options[0]: expected a string, got the number 7");
  CHECK(complaint(R"({"annotations": {"org.example": true}})") ==
        "config.json: annotations[\"org.example\"]: expected a string, got true");
  CHECK(complaint(R"({"process": {"args": "sh"}})") == "config.json: process.args: expected an array, got a string");
  CHECK(complaint(R"({"root": []})") == "config.json: root: expected an object, got an array");
  CHECK(complaint(R"({"root": {"readonly": {}}})") ==
        "config.json: root.readonly: expected true or false, got an object");
  CHECK(complaint(R"({"linux": {"netDevices": {"eth0": {"name": false}}}})") ==
        "config.json: linux.netDevices[\"eth0\"].name: expected a string, got false");
  CHECK(complaint("[]") == "config.json: expected an object, got an array");
  CHECK(complaint("null") == "config.json: expected an object, got null");
}

TEST_CASE("a number has to be whole and fit its field", "[spec]") {
  const auto uid = [](std::string_view number) {
    return complaint(R"({"process": {"user": {"uid": )" + std::string{number} + "}}}");
  };
  const std::string prefix = "config.json: process.user.uid: expected a number from 0 to 4294967295, got the number ";
  CHECK(uid("4294967295") == "none");
  for (const auto* number : {"4294967296", "-1", "-0", "-9223372036854775808", "1.5", "1.0e3", "1e3",
                             "18446744073709551616", "99999999999999999999999999", "-9223372036854775809"}) {
    CHECK(uid(number) == prefix + number);
  }
}

TEST_CASE("the limits of a signed number are exact", "[spec]") {
  const auto limit = [](std::string_view number) {
    return complaint(R"({"linux": {"resources": {"memory": {"limit": )" + std::string{number} + "}}}}");
  };
  const std::string prefix =
      "config.json: linux.resources.memory.limit: expected a number from -9223372036854775808 to 9223372036854775807, "
      "got the number ";
  CHECK(limit("9223372036854775807") == "none");
  CHECK(limit("-9223372036854775808") == "none");
  CHECK(limit("-0") == "none");
  CHECK(limit("9223372036854775808") == prefix + "9223372036854775808");
  CHECK(limit("-9223372036854775809") == prefix + "-9223372036854775809");
}

TEST_CASE("a size of a list is never taken from something that is no list", "[spec]") {
  CHECK(complaint(R"({"mounts": 18446744073709551615})") ==
        "config.json: mounts: expected an array, got the number 18446744073709551615");
  CHECK(complaint(R"({"annotations": 4294967295})") ==
        "config.json: annotations: expected an object, got the number 4294967295");
}

TEST_CASE("a NUL character, at which the kernel would cut a string, is refused", "[spec]") {
  CHECK(complaint(R"({"root": {"path": "a\u0000b"}})") == "config.json: root.path: expected no NUL character");
  CHECK(complaint(R"({"linux": {"sysctl": {"a\u0000b": "1"}}})") ==
        "config.json: linux.sysctl: expected no NUL character");
}

TEST_CASE("a broken text is named with line and column and what is wrong", "[spec]") {
  using Catch::StartsWith;
  CHECK_THAT(complaint(""), StartsWith("config.json: line 1, column 1: "));
  CHECK_THAT(complaint("{\n\t\"a\": 1,\n}"), StartsWith("config.json: line 3, column 1: "));
  CHECK_THAT(complaint(R"({"a" 1})"), StartsWith("config.json: line 1, column 6: "));
  CHECK_THAT(complaint("[1 2]"), StartsWith("config.json: line 1, column 4: "));
  CHECK_THAT(complaint("1e999"), StartsWith("config.json: "));
  CHECK(complaint("[1,]") ==
        "config.json: line 1, column 4: syntax error while parsing value - unexpected ']'; expected '[', '{', or a "
        "literal");
}

TEST_CASE("what follows the document is ignored, as runc does, but in state.json", "[spec]") {
  const std::string config = R"({"ociVersion": "1.2.0", "hostname": "a"})";
  for (const auto* rest : {" {}", "\n]", "\n# end", " 1"}) {
    CAPTURE(rest);
    CHECK(parse_config(config + rest).hostname == "a");
    CHECK_THROWS_WITH(parse_saved_state(std::string{"{}"} + rest), Catch::StartsWith("state.json: line "));
  }
  CHECK_THROWS_AS(parse_config(R"({"hostname": "a" )"), corten::Error);
}

TEST_CASE("a byte order mark is refused", "[spec]") {
  CHECK_THROWS_WITH(parse_config("\xef\xbb\xbf{}"), Catch::Contains("byte order mark"));
}

TEST_CASE("a broken string is refused", "[spec]") {
  using Catch::StartsWith;
  for (const std::string text :
       {"\"abc", "\"a\nb\"", R"("\x")", R"("\u12g4")", "\"\\u12", "\"a\xC0\xAF\"", "\"\xED\xA0\x80\"", R"("\ud800")"}) {
    INFO(text);
    CHECK_THAT(complaint(text), StartsWith("config.json: line "));
  }
  CHECK(complaint(std::string_view{"{\n\0}", 4}) == "config.json: line 2: a NUL byte");
}

TEST_CASE("deep nesting is refused before it could use up the stack", "[spec]") {
  const auto nested = [](std::size_t depth) {
    return "{\"x\": " + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  CHECK(complaint(nested(511)) == "none");
  CHECK(complaint(nested(512)) == "config.json: nested deeper than 512 levels");
  CHECK(complaint(std::string(10'000'000, '[')) == "config.json: nested deeper than 512 levels");
}

TEST_CASE("a missing comma is called that", "[spec]") {
  const std::string comma = " (a comma is missing in front of it)";
  CHECK(complaint("{\"a\": 1\n\"b\": 2}").ends_with(comma));
  CHECK(complaint("{\"a\": [1 2]}").ends_with(comma));
  CHECK_FALSE(complaint("{\"a\": 1").ends_with(comma));
  CHECK_FALSE(complaint("{\"a\" 1}").ends_with(comma));
}
