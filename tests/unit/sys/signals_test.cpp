// SPDX-License-Identifier: Apache-2.0
#include "sys/signals.hpp"

#include <catch2/catch.hpp>
#include <cstring>

#include "base/error.hpp"

using namespace corten;
using sys::parse_signal;

TEST_CASE("a signal is a name in any case, with or without SIG, or a number", "[sys]") {
  for (const auto* text : {"SIGKILL", "KILL", "kill", "sigkill", "SigKill", "9"}) {
    CAPTURE(text);
    CHECK(parse_signal(text) == SIGKILL);
  }
  CHECK(parse_signal("0") == 0);
  CHECK(parse_signal("-1") == -1);
  CHECK(parse_signal("64") == 64);
  CHECK_THROWS_WITH(parse_signal("99"), "unknown signal \"99\" (the last one is 64)");
}

TEST_CASE("a misspelt signal is told from the one that was meant", "[sys]") {
  CHECK_THROWS_WITH(parse_signal("SIGTREM"), "unknown signal \"SIGTREM\" (did you mean \"TERM\"?)");
  CHECK_THROWS_WITH(parse_signal("kil"), "unknown signal \"kil\" (did you mean \"KILL\"?)");
}

TEST_CASE("each signal of the C library has its name", "[sys]") {
  for (int number = 1; number < 32; ++number) {
    CAPTURE(number);
    const char* name = ::sigabbrev_np(number);
    REQUIRE(name != nullptr);
    CHECK(parse_signal(name) == number);
    CHECK((number == SIGIO || sys::signal_names.name_of(number) == name));
  }
  CHECK(parse_signal("IO") == SIGIO);
  CHECK(parse_signal("SIGIOT") == SIGABRT);
  CHECK(parse_signal("CLD") == SIGCHLD);
}

TEST_CASE("real-time signals are counted from both ends", "[sys]") {
  CHECK(parse_signal("RTMIN") == SIGRTMIN);
  CHECK(parse_signal("SIGRTMIN+3") == SIGRTMIN + 3);
  CHECK(parse_signal("rtmax-1") == SIGRTMAX - 1);
  CHECK(parse_signal("RTMAX") == SIGRTMAX);
  CHECK(parse_signal("RTMIN+30") == SIGRTMAX);
  CHECK(parse_signal("RTMAX-30") == SIGRTMIN);
}

TEST_CASE("what is no signal is named", "[sys]") {
  for (const auto* text : {"", "SIG", "FOO", "9x", " 9", "SIGSIGKILL", "RTMIN-1", "RTMAX+1", "RTMIN+31", "RTMIN+",
                           "RTMIN+x", "RTMIN+-1", "RTMIDDLE", "99999999999"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH(parse_signal(text), "unknown signal \"" + std::string{text} + "\"");
  }
}
