// SPDX-License-Identifier: Apache-2.0
#include "sys/kept_poll.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

#include "base/error.hpp"

using corten::UniqueFd;
using corten::sys::KeptPoll;

namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    read = UniqueFd{ends[0]};
    write = UniqueFd{ends[1]};
  }
  UniqueFd read, write;
};

bool is_readable(const KeptPoll& poll, int limit = 0) {
  pollfd what{poll.fd(), POLLIN, 0};
  return ::poll(&what, 1, limit) == 1;
}

}  // namespace

TEST_CASE("what a poll has found stays until it is taken, whoever looks", "[sys]") {
  Pipe pipe;
  KeptPoll poll{UniqueFd{::dup(pipe.read.get())}, POLLIN};
  CHECK_FALSE(is_readable(poll));
  CHECK(poll.take() == 0);

  REQUIRE(::write(pipe.write.get(), "x", 1) == 1);
  REQUIRE(is_readable(poll, 10000));
  char byte = 0;
  REQUIRE(::read(pipe.read.get(), &byte, 1) == 1);  // the reason is gone, the result is not
  CHECK(is_readable(poll));
  CHECK((poll.take() & POLLIN) != 0);
  CHECK_FALSE(is_readable(poll));
}

TEST_CASE("a result that is taken is followed by the next", "[sys]") {
  Pipe pipe;
  KeptPoll poll{UniqueFd{::dup(pipe.read.get())}, POLLIN};
  for (int i = 0; i < 3; ++i) {
    REQUIRE(::write(pipe.write.get(), "x", 1) == 1);
    REQUIRE(is_readable(poll, 10000));
    char byte = 0;
    REQUIRE(::read(pipe.read.get(), &byte, 1) == 1);
    CHECK((poll.take() & POLLIN) != 0);
  }
  pipe.write.reset();
  REQUIRE(is_readable(poll, 10000));
  CHECK((poll.take() & POLLHUP) != 0);
  CHECK_FALSE(is_readable(poll));  // nothing more can come
}

TEST_CASE("what is no descriptor is an error", "[sys]") {
  CHECK_THROWS_AS(KeptPoll(UniqueFd{}, POLLIN), corten::Error);
}
