// SPDX-License-Identifier: Apache-2.0
#include "base/deadline.hpp"

#include <catch2/catch.hpp>

using namespace corten;
using namespace std::chrono_literals;

namespace {

const Deadline::Clock::time_point now{1000s};

}  // namespace

TEST_CASE("a deadline is as far away as was said, however far", "[base]") {
  CHECK(Deadline::in(1ms, now).poll_time(now) == 1);
  CHECK(Deadline::in(1ns, now).poll_time(now) == 1);  // 0 would be a busy loop
  CHECK(Deadline::in(0s, now).poll_time(now) == 0);
  CHECK(Deadline::in(-5s, now).poll_time(now) == 0);
  CHECK(Deadline::in(1s, now).left(now + 300ms) == 700ms);
  CHECK(Deadline::in(1s, now).left(now + 2s) == 0s);
  // In milliseconds these do not fit an int.
  CHECK(Deadline::in(4294968s, now).poll_time(now) == 2147483647);
  CHECK(Deadline::in(2147484s, now).poll_time(now) == 2147483647);
  CHECK_FALSE(Deadline::in(4294968s, now).passed(now + 4294967s));
  CHECK(Deadline::in(4294968s, now).passed(now + 4294968s));
}

TEST_CASE("a deadline beyond the end of the clock never comes", "[base]") {
  const auto far = Deadline::in(std::chrono::nanoseconds::max(), now);
  CHECK_FALSE(far.passed(now));
  CHECK(far.poll_time(now) == -1);
  CHECK(far.later(1s).poll_time(now) == -1);
  CHECK(Deadline::never().poll_time(now) == -1);
}
