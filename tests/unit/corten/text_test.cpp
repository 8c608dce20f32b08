// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <corten/text.hpp>

using namespace corten;

TEST_CASE("an excerpt keeps the beginning and the end of a long text", "[corten]") {
  CHECK(excerpt("", 8).empty());
  CHECK(excerpt("12345678", 8) == "12345678");
  CHECK(excerpt("123456789", 8) == "1234 [... 1 bytes left out ...] 6789");
  CHECK(excerpt(std::string(100, 'x') + "end", 6) == "xxx [... 97 bytes left out ...] end");
  CHECK(excerpt("1234567", 3) == "1 [... 4 bytes left out ...] 67");
}

TEST_CASE("it does not matter in which pieces a text comes", "[corten]") {
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

TEST_CASE("what is printed controls no terminal", "[corten]") {
  CHECK(printable("plain, \xC3\xA9, \xE2\x82\xAC and\ttab\nline") == "plain, \xC3\xA9, \xE2\x82\xAC and\ttab\nline");
  CHECK(printable("\x1B[31m\x07\r\x7F") == "\\x1b[31m\\x07\\x0d\\x7f");
  CHECK(printable(std::string_view{"a\0b", 3}) == "a\\x00b");
  CHECK(printable("\xFF\xC3(\xC0\xAF\xED\xA0\x80") == "\\xff\\xc3(\\xc0\\xaf\\xed\\xa0\\x80");
  CHECK(printable("\xC2\x9B"
                  "31m\xC2\x80\xC2\xA0") == "\\u009b31m\\u0080\xC2\xA0");
}
