// SPDX-License-Identifier: Apache-2.0
// What either end of an init stage's channel hears of the other's end.
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include <catch2/catch.hpp>
#include <thread>

#include "base/scope_exit.hpp"
#include "process/channel.hpp"
#include "process/stage_command.hpp"
#include "sys/raw_call.hpp"

namespace corten::process {

using namespace std::chrono_literals;

namespace {

/// In this thread: write(2) to a closed end is an error there, and no end of all tests.
void ignore_sigpipe() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

}  // namespace

TEST_CASE("a failure is heard from an end that was closed before it had read all", "[process]") {
  auto ends = make_channel();
  ends.parent.send(Message::plan, "never read");
  ends.child.send_failure("the reason", ENOSPC);
  ends.child.close();
  try {
    static_cast<void>(ends.parent.receive());
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.message() == "the reason");
    CHECK(error.code() == ENOSPC);
  }
}

TEST_CASE("to send to an end that is gone throws what it has failed of", "[process]") {
  auto ends = make_channel();
  ends.child.send(Message::executed);
  ends.child.send_failure("the reason", ENOSPC);
  ends.child.close();
  CHECK_THROWS_WITH(ends.parent.send(Message::plan), "the reason");
}

TEST_CASE("a failure can be had as a message", "[process]") {
  auto ends = make_channel();
  ends.child.send_failure("the reason", ENOSPC);
  const auto packet = ends.parent.receive_any();
  REQUIRE(packet);
  REQUIRE(packet->type == Message::failure);
  CHECK(failure_of(*packet).message() == "the reason");
  CHECK(failure_of(*packet).code() == ENOSPC);
}

TEST_CASE("nothing is received after a read that failed within a message", "[process]") {
  auto ends = make_channel();
  // A failure that is too long is not read; its text must not be taken for the next message.
  const std::string too_long(1U << 20U, 'x');
  std::thread writer{[&] {
    ignore_sigpipe();
    try {
      ends.child.write(Message::failure, too_long);
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): nobody reads it to its end
    }
  }};
  CHECK_THROWS_AS(ends.parent.receive(), Error);
  CHECK_FALSE(ends.parent.receive());
  ends.parent.close();
  writer.join();
}

TEST_CASE("a length that is only claimed costs no memory", "[process]") {
  const auto ends = make_channel();
  const std::array<std::uint32_t, 2> header{static_cast<std::uint32_t>(Message::ready), 0xFFFFFFFF};
  REQUIRE(::send(ends.child.fd(), header.data(), sizeof header, 0) == sizeof header);
  ends.child.end_sending();
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_AS, &before) == 0);
  const rlimit less{rlim_t{1} << 31U, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_AS, &less) == 0);
  const ScopeExit restore{[&] { ::setrlimit(RLIMIT_AS, &before); }};
  CHECK_THROWS_AS(ends.parent.receive(), Error);
}

TEST_CASE("a reader that goes away amid a message is an error of the sender", "[process]") {
  auto ends = make_channel();
  std::thread reader{[end = std::move(ends.child)]() mutable {
    // As much as makes the sender wait for more room: what it sends then is a part.
    for (int there = 0, tries = 0; there < 100'000 && tries < 10'000; ++tries) {
      if (::ioctl(end.fd(), FIONREAD, &there) != 0) return;
      std::this_thread::sleep_for(1ms);
    }
    end.close();
  }};
  CHECK_THROWS_AS(ends.parent.send(Message::plan, std::string(1U << 20U, 'x')), Error);
  reader.join();
}

TEST_CASE("an end that sends no more can still be heard", "[process]") {
  auto ends = make_channel();
  CHECK_FALSE(ends.child.readable(0ms));
  ends.parent.end_sending();
  CHECK(ends.child.readable(0ms));
  CHECK_FALSE(ends.child.receive());
  ends.child.send(Message::spawned);
  CHECK(ends.parent.expect(Message::spawned).payload.empty());
}

TEST_CASE("a stage that shares its parent's memory leaves errno alone", "[process]") {
  if (!sys::raw_calls) return;  // it has a copy there
  const StageCommand command{stage_kind::container, -1, {}};
  errno = 0;
  CHECK(command.execute(-1) == EBADF);
  CHECK(errno == 0);
}

TEST_CASE("a raw call says its errno as a negative number", "[sys]") {
  constexpr int no_descriptor = -1;
  CHECK(sys::raw_call(SYS_close, no_descriptor) == -EBADF);
  CHECK(sys::raw_call(SYS_getpid) == ::getpid());
}

}  // namespace corten::process
