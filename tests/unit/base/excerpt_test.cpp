// SPDX-License-Identifier: Apache-2.0
#include "base/excerpt.hpp"

#include <catch2/catch.hpp>

#include "base/log.hpp"

using namespace corten;

TEST_CASE("an excerpt keeps the beginning and the end of a long text", "[base]") {
  CHECK(excerpt("", 8).empty());
  CHECK(excerpt("12345678", 8) == "12345678");
  CHECK(excerpt("123456789", 8) == "1234 [... 1 bytes left out ...] 6789");
  CHECK(excerpt(std::string(100, 'x') + "end", 6) == "xxx [... 97 bytes left out ...] end");
  CHECK(excerpt("1234567", 3) == "1 [... 4 bytes left out ...] 67");
}

TEST_CASE("it does not matter in which pieces a text comes", "[base]") {
  std::string all;
  for (int i = 0; all.size() < 5000; ++i) all += std::to_string(i) + " ";
  for (const std::size_t limit : {2U, 7U, 64U, 4096U}) {
    const auto expected = excerpt(all, limit);
    for (const std::size_t size : {1U, 3U, 31U, 32U, 33U, 1000U, 4096U}) {
      Excerpt kept{limit};
      for (std::size_t at = 0; at < all.size(); at += size) kept.append(std::string_view{all}.substr(at, size));
      CHECK(kept.text() == expected);
    }
  }
}

TEST_CASE("what is printed controls no terminal", "[base]") {
  CHECK(printable("plain, \xC3\xA9, \xE2\x82\xAC and\ttab\nline") == "plain, \xC3\xA9, \xE2\x82\xAC and\ttab\nline");
  CHECK(printable("\x1B[31m\x07\r\x7F") == "\\x1b[31m\\x07\\x0d\\x7f");
  CHECK(printable(std::string_view{"a\0b", 3}) == "a\\x00b");
  CHECK(printable("\xFF\xC3(\xC0\xAF\xED\xA0\x80") == "\\xff\\xc3(\\xc0\\xaf\\xed\\xa0\\x80");
  CHECK(printable("\xC2\x9B"
                  "31m\xC2\x80\xC2\xA0") == "\\u009b31m\\u0080\xC2\xA0");
}

TEST_CASE("a log has control characters in escapes, and an end", "[base]") {
  for (const auto format : {log::Format::json, log::Format::text}) {
    const auto line = log::record(log::Level::error,
                                  "\x1B]0;x\x07\n\xC2\x9B"
                                  "31m\xFF\x7F",
                                  format, 0);
    for (std::size_t i = 0; i + 1 < line.size(); ++i) CHECK((static_cast<unsigned char>(line[i]) >= 0x20));
    CHECK(line.find("\\u001b]0;x\\u0007\\n\\u009b31m\xEF\xBF\xBD\\u007f") != std::string::npos);
  }
}
