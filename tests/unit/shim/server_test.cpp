// SPDX-License-Identifier: Apache-2.0
#include "shim/ttrpc/server.hpp"

#include <catch2/catch.hpp>

using namespace corten::shim;
using namespace corten::shim::ttrpc;

namespace {

/// The code that a frame is answered with at once; nothing where it goes to the handler or is passed over.
std::optional<Code> refusal(const Header& header, std::string_view data, std::uint32_t& last, bool too_long = false) {
  const auto checked = check_frame(header, data, too_long, last);
  return checked.failure ? std::optional{checked.failure->code()} : std::nullopt;
}

}  // namespace

TEST_CASE("a request comes to its handler with service, method and payload", "[shim]") {
  std::uint32_t last = 0;
  const auto checked = check_frame({0, 1, 1, 0}, request_bytes("a.Service", "Do", "bytes"), false, last);
  REQUIRE(checked.request);
  CHECK_FALSE(checked.failure);
  CHECK(checked.request->service == "a.Service");
  CHECK(checked.request->method == "Do");
  CHECK(checked.request->payload == "bytes");
  CHECK(last == 1);
}

TEST_CASE("streams of a client are odd, and each is new", "[shim]") {
  std::uint32_t last = 0;
  const auto request = request_bytes("s", "m", "");
  CHECK(refusal({0, 2, 1, 0}, request, last) == Code::invalid_argument);
  CHECK(refusal({0, 0, 1, 0}, request, last) == Code::invalid_argument);
  CHECK(refusal({0, 5, 1, 0}, request, last) == std::nullopt);
  CHECK(refusal({0, 5, 1, 0}, request, last) == Code::invalid_argument);
  CHECK(refusal({0, 3, 1, 0}, request, last) == Code::invalid_argument);
  CHECK(refusal({0, 7, 1, 0}, request, last) == std::nullopt);
}

TEST_CASE("what is no request gets its status, or none where the type is not known", "[shim]") {
  std::uint32_t last = 0;
  CHECK(refusal({99, 1, 1, 0}, {}, last, true) == Code::resource_exhausted);
  CHECK(refusal({2, 1, 3, 0}, "xx", last) == Code::invalid_argument);
  CHECK(refusal({2, 1, 1, 0}, "\x0a\x7f", last) == Code::invalid_argument);
  const auto unknown = check_frame({0, 3, 9, 0}, "", false, last);
  CHECK_FALSE(unknown.failure);
  CHECK_FALSE(unknown.request);
}

TEST_CASE("a response tells of success or of a failure", "[shim]") {
  CHECK_FALSE(failure_in(response_bytes("payload")));
  const auto failure = failure_in(response_bytes(Failure{Code::not_found, "no such thing"}));
  REQUIRE(failure);
  CHECK(failure->code() == Code::not_found);
  CHECK(failure->message() == "no such thing");
  CHECK(failure_in("\x0a\x7f")->code() == Code::internal);
}

TEST_CASE("fields that a message does not have are read over", "[shim]") {
  // 6: metadata of a later version; 15: a number.
  const auto request = read_request(request_bytes("s", "m", "p") + "\x32\x02zz\x78\x05");
  REQUIRE(request);
  CHECK(request->payload == "p");
}
