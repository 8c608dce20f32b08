// SPDX-License-Identifier: Apache-2.0
#include "cmd/units.hpp"

#include <catch2/catch.hpp>

#include "cmd/error.hpp"

using namespace corten::cmd;
using namespace std::chrono_literals;

namespace {

std::string size_error(std::string_view text) {
  try {
    static_cast<void>(parse_size(text));
  } catch (const Error& error) {
    return error.message();
  }
  return {};
}

}  // namespace

TEST_CASE("a size is bytes or has a unit of 1024", "[cmd]") {
  CHECK(parse_size("0") == 0);
  CHECK(parse_size("4096") == 4096);
  CHECK(parse_size("4096b") == 4096);
  CHECK(parse_size("1k") == 1024);
  CHECK(parse_size("50M") == 52428800);
  CHECK(parse_size("50mb") == 52428800);
  CHECK(parse_size("50MiB") == 52428800);
  CHECK(parse_size("2 GB") == 2147483648);
  CHECK(parse_size("1.5K") == 1536);
  CHECK(parse_size("1t") == 1099511627776);
  CHECK(parse_size("1P") == 1125899906842624);
  CHECK(parse_size("1e3") == 1000);
}

TEST_CASE("a size that is none says so in Docker's words", "[cmd]") {
  CHECK(size_error("") == "invalid size: ''");
  CHECK(size_error("abc") == "invalid size: 'abc'");
  CHECK(size_error("-5M") == "invalid size: '-5M'");
  CHECK(size_error("50X") == "invalid suffix: 'x'");
  CHECK(size_error("50bb") == "invalid suffix: 'bb'");
  CHECK(size_error("50Mi") == "invalid suffix: 'mi'");
  CHECK(size_error("50Mbit") == "invalid suffix: 'mbit'");
  CHECK(size_error("x5M") == "strconv.ParseFloat: parsing \"x5\": invalid syntax");
  CHECK(size_error("0x10") == "strconv.ParseFloat: parsing \"0x10\": invalid syntax");
  CHECK(size_error("9e18G") == "invalid size: '9e18G'");
}

TEST_CASE("a duration is numbers with units", "[cmd]") {
  CHECK(parse_duration("5s") == 5s);
  CHECK(parse_duration("100ms") == 100ms);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration(".5m") == 30s);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("3us") == 3us);
  CHECK(parse_duration("3µs") == 3us);
  CHECK(parse_duration("7ns") == 7ns);
  CHECK(parse_duration("0") == 0s);
  CHECK(parse_duration("-2s") == -2s);
}

TEST_CASE("a duration without a unit, or with another, is none", "[cmd]") {
  for (const auto* text : {"", "5", "s", "5d", "5s3", "1..5s", "5 s", "-", "--5s", "1e3s", "999999999h"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}
