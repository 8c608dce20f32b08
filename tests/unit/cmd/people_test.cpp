// SPDX-License-Identifier: Apache-2.0
#include "cmd/people.hpp"

#include <catch2/catch.hpp>

using namespace corten::cmd;

TEST_CASE("a time is said as a person would", "[cmd]") {
  constexpr auto then = "2026-11-30T10:00:00.123456789Z";
  constexpr std::time_t at = 1796032800;
  CHECK(ago(then, at) == "just now");
  CHECK(ago(then, at + 59) == "just now");
  CHECK(ago(then, at + 60) == "1 minute ago");
  CHECK(ago(then, at + 7200) == "2 hours ago");
  CHECK(ago(then, at + 86399) == "23 hours ago");
  CHECK(ago(then, at + 14 * 86400) == "2 weeks ago");
  CHECK(ago(then, at + 400 * 86400) == "1 year ago");
  CHECK(ago(then, at - 5) == then);  // a clock that was set back
  CHECK(ago("", at).empty());
  CHECK(ago("yesterday", at) == "yesterday");
}

TEST_CASE("what is wider than a terminal is cut, between characters", "[cmd]") {
  CHECK(shortened("abc", 3) == "abc");
  CHECK(shortened("abcd", 3) == "ab…");
  CHECK(shortened("/a/bundle/of/mine", 8, true) == "…of/mine");
  CHECK(shortened("äöüß", 3) == "äö…");
  CHECK(shortened("äöüß", 3, true) == "…üß");
  CHECK(shortened("abc", 1) == "…");
  CHECK(shortened("abc", 0).empty());
}
