// SPDX-License-Identifier: Apache-2.0
#include "sys/lines.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace corten::sys {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text, LineLimits limits, std::size_t wanted = 1000) {
  const UniqueFd file{::memfd_create("lines", MFD_CLOEXEC)};
  REQUIRE(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ::lseek(file.get(), 0, SEEK_SET);
  Lines lines;
  read_lines(file.get(), limits, [&](std::string_view line) {
    lines.emplace_back(line);
    return lines.size() < wanted;
  });
  return lines;
}

}  // namespace

TEST_CASE("lines come without their ends, the last one need not have one", "[sys]") {
  CHECK(lines_of("", {10, 100}).empty());
  CHECK(lines_of("a\n\nb", {10, 100}) == Lines{"a", "", "b"});
  CHECK(lines_of("a\nb\n", {10, 100}) == Lines{"a", "b"});
  CHECK(lines_of("a\nb\nc\n", {10, 100}, 2) == Lines{"a", "b"});
}

TEST_CASE("lines longer than a read are whole, longer than the limit are passed over", "[sys]") {
  const std::string longer(5000, 'x'), longest(9000, 'y');
  CHECK(lines_of(longer + "\nb\n" + longest + "\nc", {5000, 100000}) == Lines{longer, "b", "c"});
  CHECK(lines_of(longest, {5000, 100000}).empty());
}

TEST_CASE("what comes after the limit of a file is not read, nor half a line before it", "[sys]") {
  const std::string text = std::string(4090, 'x') + "\nabcdefghij\nlast\n";
  CHECK(lines_of(text, {10, 4096}).empty());
  CHECK(lines_of(text, {10, 4097}) == Lines{"abcdefghij", "last"});
}

TEST_CASE("an endless line takes neither memory nor long", "[sys]") {
  const UniqueFd file{::memfd_create("sparse", MFD_CLOEXEC)};
  REQUIRE(::ftruncate(file.get(), off_t{1} << 40) == 0);
  int calls = 0;
  read_lines(file.get(), {100, 1U << 20U}, [&](std::string_view) { return ++calls > 0; });
  CHECK(calls == 0);
  CHECK(::lseek(file.get(), 0, SEEK_CUR) == off_t{1} << 20U);
}

TEST_CASE("what cannot be read has no lines", "[sys]") {
  read_lines(-1, {100, 100}, [](std::string_view) -> bool { throw 1; });
}

}  // namespace corten::sys
