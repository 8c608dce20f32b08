// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "abi/guard.hpp"
#include "base/error.hpp"

using namespace corten;

TEST_CASE("an error that quotes a NUL is whole in C", "[abi]") {
  using namespace std::string_literals;
  corten_error* error = nullptr;
  const auto code = abi::attempted(&error, [] { throw Error{"a\0b\0"s, 5, ErrorKind::busy}; });
  CHECK(code == CORTEN_BUSY);
  CHECK(corten_error_message(error) == std::string_view{"a\xEF\xBF\xBD"
                                                        "b\xEF\xBF\xBD"});
  CHECK(corten_error_errno(error) == 5);
  corten_error_free(error);
  CHECK(abi::whole_text("plain") == "plain");
  CHECK(abi::whole_text("").empty());
}

TEST_CASE("a list for C ends with NULL, and none is empty", "[abi]") {
  const char* const list[] = {"a", "", "b", nullptr};
  CHECK(abi::texts_of(list) == std::vector<std::string>{"a", "", "b"});
  CHECK(abi::texts_of(nullptr).empty());
}
