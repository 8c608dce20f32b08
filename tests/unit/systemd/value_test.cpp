// SPDX-License-Identifier: Apache-2.0
#include "systemd/value.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace corten;
using namespace corten::systemd;

namespace {

std::string type_of(std::string_view text) { return parse_value(text).type; }

}  // namespace

TEST_CASE("numbers have the type their text names, else int32 or double", "[systemd]") {
  CHECK(parse_value("5") == Value{"i", 5, 0, {}, {}});
  CHECK(parse_value("uint64 5") == Value::u64(5));
  CHECK(parse_value(" @t 5 ") == Value::u64(5));
  CHECK(parse_value("uint64 18446744073709551615") == Value::u64(infinity));
  CHECK(parse_value("int64 -9223372036854775808").number == std::uint64_t{1} << 63);
  CHECK(parse_value("-1").number == infinity);
  CHECK(parse_value("byte 0xff").number == 255);
  CHECK(parse_value("uint32 010").number == 8);
  CHECK(parse_value("2.5").real == 2.5);
  CHECK(parse_value("double 2").real == 2);
  CHECK(type_of("uint16 7") == "q");
}

TEST_CASE("numbers that do not fit their type are refused", "[systemd]") {
  CHECK_THROWS_AS(parse_value("byte 256"), Error);
  CHECK_THROWS_AS(parse_value("uint64 -1"), Error);
  CHECK_THROWS_AS(parse_value("2147483648"), Error);
  CHECK_THROWS_AS(parse_value("int16 -32769"), Error);
  CHECK_THROWS_AS(parse_value("uint64 18446744073709551616"), Error);
  CHECK_THROWS_AS(parse_value("uint64 0x"), Error);
}

TEST_CASE("strings take either quote and escapes", "[systemd]") {
  CHECK(parse_value("'a \"b\"'") == Value::string("a \"b\""));
  CHECK(parse_value("\"a'b\"") == Value::string("a'b"));
  CHECK(parse_value(R"('\n\\\'\u00e9\U0001F600')") == Value::string("\n\\'\u00e9\U0001F600"));
  CHECK(parse_value("b'a\\101'") == Value::bytes(std::string_view{"aA\0", 3}));
  CHECK_THROWS_AS(parse_value("'a"), Error);
  CHECK_THROWS_AS(parse_value("'\\"), Error);
  CHECK_THROWS_AS(parse_value("'\\ud800'"), Error);
}

TEST_CASE("arrays, tuples and variants nest", "[systemd]") {
  CHECK(parse_value("['a', 'b']") == Value::strings({"a", "b"}));
  CHECK(parse_value("@as []") == Value::strings({}));
  CHECK(parse_value("[uint32 1, 2]").type == "au");
  CHECK(parse_value("@a(ss) [('/dev/null', 'rw')]") ==
        Value::array("(ss)", {Value::tuple({Value::string("/dev/null"), Value::string("rw")})}));
  CHECK(type_of("(1, true, 'x')") == "(ibs)");
  CHECK(type_of("(1,)") == "(i)");
  CHECK(type_of("<uint64 1>") == "v");
  CHECK(type_of("@(tv) (1, <2>)") == "(tv)");
}

TEST_CASE("what is no value is refused", "[systemd]") {
  for (const auto* text : {"",
                           " ",
                           "[]",
                           "[1",
                           "[1, 'a']",
                           "(",
                           "()",
                           "<",
                           "@",
                           "@z 1",
                           "@() ()",
                           "@(tt) (1,)",
                           "@(t) (1, 2)",
                           "uint64",
                           "uint64 'a'",
                           "true false",
                           "5 5",
                           "{'a': 1}",
                           "objectpath '/'",
                           "@as ['a', 1]",
                           "xyz",
                           "boolean 1"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_value(text), Error);
  }
  CHECK_THROWS_WITH(parse_value("uint64 'a'"), Catch::Contains("cannot parse the value as \"t\" at 10"));
  CHECK_THROWS_AS(parse_value(std::string(1000, '[')), Error);
  CHECK_THROWS_AS(parse_value("@" + std::string(1000, 'a') + "s []"), Error);
}

TEST_CASE("a value is shown as it would be written", "[systemd]") {
  CHECK(show(parse_value("@a(ss) [('/dev/null', 'rw')]")) == "[(\"/dev/null\", \"rw\")]");
  CHECK(show(parse_value("-3")) == "-3");
  CHECK(show(Value::u64(infinity)) == "18446744073709551615");
  CHECK(show(parse_value("<true>")) == "<true>");
  CHECK(show(parse_value("2.5")) == "2.5");
}
