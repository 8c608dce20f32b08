// SPDX-License-Identifier: Apache-2.0
#include "base/wire.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

namespace corten {
namespace {

struct Inner {
  std::string name;
  UniqueFd fd;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), Inner> { return std::tie(x.name, x.fd); }

struct Outer {
  UniqueFd first;
  std::vector<Inner> list;
  std::optional<int> number;
  UniqueFd last;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), Outer> {
  return std::tie(x.first, x.list, x.number, x.last);
}

UniqueFd open_file(const char* path) { return UniqueFd{::open(path, O_PATH | O_CLOEXEC)}; }

ino_t inode(const UniqueFd& fd) {
  struct stat file {};
  REQUIRE(::fstat(fd.get(), &file) == 0);
  return file.st_ino;
}

/// As the socket does it: the receiver has descriptors of its own.
std::vector<UniqueFd> duplicates(const std::vector<int>& fds) {
  std::vector<UniqueFd> copies;
  for (const int fd : fds) copies.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  return copies;
}

Outer sample() {
  Outer outer;
  outer.first = open_file("/proc");
  outer.list.push_back({"none", {}});
  outer.list.push_back({"etc", open_file("/etc")});
  outer.last = open_file("/");
  return outer;
}

}  // namespace

TEST_CASE("a descriptor comes back under its own name", "[wire]") {
  const auto sent = sample();
  wire::Writer writer;
  writer.put(sent);
  REQUIRE(writer.fds().size() == 3);
  const auto bytes = writer.take();
  wire::Reader reader{bytes, duplicates(writer.fds())};
  const auto received = reader.take<Outer>();
  CHECK(inode(received.first) == inode(sent.first));
  REQUIRE(received.list.size() == 2);
  CHECK_FALSE(received.list[0].fd.valid());
  CHECK(received.list[1].name == "etc");
  CHECK(inode(received.list[1].fd) == inode(sent.list[1].fd));
  CHECK(inode(received.last) == inode(sent.last));
  CHECK(sent.last.get() != received.last.get());
}

TEST_CASE("several values of one message share its descriptors", "[wire]") {
  const auto one = sample();
  const Inner two{"usr", open_file("/usr")};
  wire::Writer writer;
  writer.put(one);
  writer.put(two);
  const auto bytes = writer.take();
  wire::Reader reader{bytes, duplicates(writer.fds())};
  static_cast<void>(reader.take<Outer>());
  CHECK(inode(reader.take<Inner>().fd) == inode(two.fd));
  CHECK(reader.empty());
}

TEST_CASE("a message without the descriptors that it names is an error", "[wire]") {
  const auto outer = sample();
  wire::Writer writer;
  writer.put(outer);
  const auto bytes = writer.take();
  auto fds = duplicates(writer.fds());
  fds.pop_back();
  wire::Reader reader{bytes, std::move(fds)};
  CHECK_THROWS_WITH(reader.take<Outer>(), "a message between corten and its init names more descriptors than it has");
}

TEST_CASE("a message that is cut short is an error", "[wire]") {
  const auto bytes = wire::encode(std::vector<std::string>{"one", "two"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_THROWS_AS(wire::decode<std::vector<std::string>>(bytes.substr(0, size)), Error);
  }
  CHECK(wire::decode<std::vector<std::string>>(bytes).at(1) == "two");
}

}  // namespace corten
