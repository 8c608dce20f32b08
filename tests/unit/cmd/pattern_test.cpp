// SPDX-License-Identifier: Apache-2.0
#include "cmd/pattern.hpp"

#include <regex.h>

#include <catch2/catch.hpp>

#include "cmd/error.hpp"

using namespace corten;
using cmd::matches;

namespace {

/// The C library's answer.
bool library_matches(const std::string& pattern, const std::string& text) {
  regex_t compiled{};
  REQUIRE(::regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB) == 0);
  const bool found = ::regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  ::regfree(&compiled);
  return found;
}

}  // namespace

TEST_CASE("patterns: as the C library matches them", "[cmd]") {
  for (const auto* pattern : {"",
                              "a",
                              "^a",
                              "a$",
                              "^a$",
                              "^$",
                              "ab",
                              "a.c",
                              "a*",
                              "^a*$",
                              "^a+$",
                              "^ab?c$",
                              "a|b",
                              "^(a|b)+$",
                              "^(ab|cd)*e$",
                              "^a{2}$",
                              "^a{2,}$",
                              "^a{1,2}$",
                              "^a{0,1}b$",
                              "[abc]",
                              "^[^abc]+$",
                              "^[a-c0-9]+$",
                              "^[]a]+$",
                              "^[a-]+$",
                              "^[[:digit:]]+$",
                              "^[[:alpha:]_]+$",
                              "a\\.c",
                              "^(a*)*$",
                              "^((a|b)*c)*$",
                              "^(a?){3}$",
                              "^(|a)b$",
                              "x|^ab|c$"}) {
    for (const auto* text : {"", "a", "b", "aa", "aaa", "ab", "abc", "a.c", "abcde", "web-1", "123", "a-a", "b_a", "]a",
                             "ababc", "cde", "cab", "aab"}) {
      INFO(pattern << " on " << text);
      CHECK(matches(pattern, text) == library_matches(pattern, text));
    }
  }
}

TEST_CASE("patterns: what is none is an error", "[cmd]") {
  for (const auto* pattern : {"(", "(a", "a)", ")", "[", "[a", "[]", "[b-a]", "*", "+a", "a|*", "a{", "a{x}", "a{2,1}",
                              "a{256}", "a{1", "\\", "[[:none:]]", "[[:alpha"}) {
    INFO(pattern);
    CHECK_THROWS_AS(matches(pattern, "a"), cmd::Error);
  }
}

TEST_CASE("patterns: none takes for ever", "[cmd]") {
  const std::string text(255, 'a');
  CHECK(matches("^((((a*)*)*)*)*$", text));
  CHECK_FALSE(matches("^(a|aa)*b$", text));
  CHECK_THROWS_WITH(matches("((((a*){255}){255}){255}){255}b", text), Catch::Contains("too many steps"));
  CHECK_THROWS_WITH(matches(std::string(200, '(') + std::string(200, ')'), text), Catch::Contains("groups"));
}

TEST_CASE("patterns: those of a list, and an error where there is none", "[cmd]") {
  CHECK(cmd::matching("^web", {"web1", "db1", "web2"}) == std::vector<std::string>{"web1", "web2"});
  CHECK_THROWS_WITH(cmd::matching("^x", {"web1"}), Catch::Contains("matches no container"));
  CHECK_THROWS_WITH(cmd::matching("(", {}), Catch::Contains("no regular expression"));
}
