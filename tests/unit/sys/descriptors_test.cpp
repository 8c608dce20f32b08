// SPDX-License-Identifier: Apache-2.0
#include "sys/descriptors.hpp"

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "base/unique_fd.hpp"

namespace corten::sys {

TEST_CASE("descriptors from a number on become close-on-exec, those before it stay", "[sys]") {
  constexpr int first = 500;
  const UniqueFd null{::open("/dev/null", O_RDONLY)};
  const UniqueFd before{::fcntl(null.get(), F_DUPFD, 300)};
  const UniqueFd after{::fcntl(null.get(), F_DUPFD, first)};
  REQUIRE(before.get() < first);
  REQUIRE(after.get() >= first);
  REQUIRE(set_cloexec_from(first) == 0);
  CHECK(::fcntl(before.get(), F_GETFD) == 0);
  CHECK(::fcntl(after.get(), F_GETFD) == FD_CLOEXEC);
}

}  // namespace corten::sys
