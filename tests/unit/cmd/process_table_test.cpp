// SPDX-License-Identifier: Apache-2.0
#include "cmd/process_table.hpp"

#include <catch2/catch.hpp>

using namespace corten::cmd;

TEST_CASE("the lines of the wanted processes are left as they are, under the title", "[cmd]") {
  constexpr auto output =
      "UID        PID  PPID CMD\n"
      "root         1     0 init  two blanks\n"
      "root        12     1 sh\n"
      "root       112    12 1 12\n"
      "\n";
  CHECK(select_processes(output, {1, 112}) ==
        "UID        PID  PPID CMD\n"
        "root         1     0 init  two blanks\n"
        "root       112    12 1 12\n");
  CHECK(select_processes(output, {}) == "UID        PID  PPID CMD\n");
}

TEST_CASE("the title may start with blanks", "[cmd]") {
  CHECK(select_processes("  PID CMD\n    7 sh\n", {7}) == "  PID CMD\n    7 sh\n");
}

TEST_CASE("an output without process ids is refused", "[cmd]") {
  CHECK_THROWS_WITH(select_processes("USER PPID CMD\nroot 1 x\n", {1}), "couldn't find PID field in ps output");
  CHECK_THROWS_WITH(select_processes("", {1}), "couldn't find PID field in ps output");
  CHECK_THROWS_WITH(select_processes("CMD PID\nsh x\n", {1}), "unable to parse pid: \"sh x\"");
  CHECK_THROWS_WITH(select_processes("CMD PID\nsh\n", {1}), "unable to parse pid: \"sh\"");
}

TEST_CASE("a program's output is read whole, errors too", "[cmd]") {
  CHECK(output_of({"sh", "-c", "echo out; echo err >&2"}) == "out\nerr\n");
  CHECK_THROWS_WITH(output_of({"sh", "-c", "echo why; exit 3"}), "exit status 3: why\n");
  CHECK_THROWS_WITH(output_of({"sh", "-c", "kill -9 $$"}), "signal 9: ");
  CHECK_THROWS_WITH(output_of({"no-such-program-at-all"}),
                    "exec: \"no-such-program-at-all\": executable file not found in $PATH");
}
