// SPDX-License-Identifier: Apache-2.0
#include "shim/ttrpc/frame.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace corten::shim::ttrpc;

namespace {

struct Seen {
  Header header;
  std::string data;
  bool too_long;
  bool operator==(const Seen&) const = default;
};

/// What a reader sees of `bytes` that come in pieces.
std::vector<Seen> read(std::string_view bytes, std::size_t piece) {
  std::vector<Seen> seen;
  FrameReader reader;
  while (!bytes.empty()) {
    reader.add(bytes.substr(0, piece), [&](const Header& header, std::string_view data, bool too_long) {
      seen.push_back({header, std::string{data}, too_long});
    });
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return seen;
}

std::string header(std::uint32_t length, char stream, char type) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift);
  return bytes + std::string{'\0', '\0', '\0', stream, type, '\0'};
}

}  // namespace

TEST_CASE("a frame is a big-endian header of ten bytes and its data", "[shim]") {
  CHECK(frame(Type::request, 0x01020305, "abc") == std::string{"\0\0\0\3\1\2\3\5\1\0abc", 13});
  CHECK(read_header(std::string_view{"\0\1\0\2\0\0\0\7\2\4", 10}) == Header{0x10002, 7, 2, 4});
}

TEST_CASE("frames are found whatever pieces they come in", "[shim]") {
  const auto bytes = frame(Type::request, 1, "first") + frame(Type::response, 3, "") + frame(Type::data, 5, "third");
  const std::vector<Seen> expected{
      {{5, 1, 1, 0}, "first", false}, {{0, 3, 2, 0}, "", false}, {{5, 5, 3, 0}, "third", false}};
  for (const std::size_t piece : {1U, 2U, 9U, 10U, 11U, 14U, 15U, 16U, 1000U}) CHECK(read(bytes, piece) == expected);
}

TEST_CASE("a frame that is too long is told of, and the next one is read", "[shim]") {
  const auto too_long = static_cast<std::uint32_t>(most_data + 1);
  const auto bytes = header(too_long, 1, 1) + std::string(too_long, 'x') + frame(Type::request, 3, "next");
  const std::vector<Seen> expected{{{too_long, 1, 1, 0}, "", true}, {{4, 3, 1, 0}, "next", false}};
  CHECK(read(bytes, 65536) == expected);
  CHECK(read(bytes, bytes.size()) == expected);
}

TEST_CASE("a frame of the greatest length is whole", "[shim]") {
  const auto seen = read(frame(Type::request, 1, std::string(most_data, 'y')), 100'000);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].data.size() == most_data);
  CHECK_FALSE(seen[0].too_long);
}

TEST_CASE("less than a frame is kept for later", "[shim]") {
  CHECK(read(frame(Type::request, 1, "abc").substr(0, 12), 100).empty());
  CHECK(read("\1\2\3", 1).empty());
}
