// SPDX-License-Identifier: Apache-2.0
#include "notify/ready_proxy.hpp"

#include <catch2/catch.hpp>

using corten::notify::ready_line;

TEST_CASE("the ready line is found wherever it is in a datagram", "[notify]") {
  CHECK(ready_line("READY=1") == "READY=1");
  CHECK(ready_line("READY=1\n") == "READY=1");
  CHECK(ready_line("STATUS=up\nREADY=1\nMAINPID=7\nFDSTORE=1\n") == "READY=1");
  CHECK(ready_line("READY=1\nREADY=0") == "READY=1");
}

TEST_CASE("what only looks like a ready line is none", "[notify]") {
  for (const auto* datagram : {"", "READY", "ready=1", " READY=1", "STATUS=READY=1", "\n\n", "X-READY=1"}) {
    CAPTURE(datagram);
    CHECK_FALSE(ready_line(datagram));
  }
}
