// SPDX-License-Identifier: Apache-2.0
#include "shim/loop/loop.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "shim/failure.hpp"
#include "shim/loop/worker.hpp"
#include "shim/streams/ends.hpp"

using namespace corten::shim;
using namespace std::chrono_literals;

TEST_CASE("timers are called in the order of their times, and not once they have ended", "[shim]") {
  Loop loop;
  std::string calls;
  const Timer second{loop, 20ms, [&] { calls += 'b'; }};
  const Timer first{loop, 10ms, [&] { calls += 'a'; }};
  Timer never{loop, 15ms, [&] { calls += 'x'; }};
  const Timer last{loop, 30ms, [&] { loop.stop(); }};
  CHECK(never.armed());
  never.end();
  CHECK_FALSE(never.armed());
  loop.run();
  CHECK(calls == "ab");
  CHECK_FALSE(first.armed());
}

TEST_CASE("a handler may end its own watch and others", "[shim]") {
  Loop loop;
  auto pipe = make_pipe(0, 0);
  REQUIRE(::write(pipe.writing.get(), "x", 1) == 1);
  int calls = 0;
  Watch one, other;
  const auto both = [&](std::uint32_t) {
    ++calls;
    one.end();
    other.end();
  };
  auto same = corten::UniqueFd{::dup(pipe.reading.get())};
  one = Watch{loop, pipe.reading.get(), EPOLLIN, both};
  other = Watch{loop, same.get(), EPOLLIN, both};
  const Timer last{loop, 20ms, [&] { loop.stop(); }};
  loop.run();
  CHECK(calls == 1);
  CHECK_FALSE(one.set(EPOLLIN));
}

TEST_CASE("what a handler throws does not end the loop", "[shim]") {
  Loop loop;
  const Timer first{loop, 1ms, [] { throw Failure{Code::unknown, "a test's failure, to be seen in the log"}; }};
  bool later = false;
  const Timer last{loop, 5ms, [&] {
                     later = true;
                     loop.stop();
                   }};
  loop.run();
  CHECK(later);
}

TEST_CASE("the worker does its jobs in order, and the loop hears of each", "[shim]") {
  Loop loop;
  Worker worker{loop};
  CHECK(worker.idle());
  std::string told;
  int idle = 0;
  worker.when_idle([&] {
    ++idle;
    loop.stop();
  });
  worker.submit([] {}, [&](const std::exception_ptr& problem) { told += problem ? 'X' : 'a'; });
  worker.submit([] { throw std::runtime_error{"no"}; },
                [&](const std::exception_ptr& problem) { told += problem ? 'b' : 'X'; });
  CHECK_FALSE(worker.idle());
  loop.run();
  while (!worker.idle()) loop.run();
  CHECK(told == "ab");
  CHECK(idle >= 1);
}
