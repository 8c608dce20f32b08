// SPDX-License-Identifier: Apache-2.0
#include "checkpoint/log.hpp"

#include <catch2/catch.hpp>

#include "../cgroup/fake_tree.hpp"

#include "base/text.hpp"

using namespace corten::checkpoint;

TEST_CASE("of CRIU's log the lines with errors are told, once each and without their times", "[checkpoint]") {
  CHECK(error_lines(
            "(00.1) fine\n(00.2) Error (criu/a.c:1): no\n(00.3) Error (criu/a.c:1): no\nError (b): bad\x1b[2J\n") ==
        "Error (criu/a.c:1): no; Error (b): bad [2J");
  CHECK(error_lines("all is well\n").empty());
}

TEST_CASE("of many lines the first and the last are told", "[checkpoint]") {
  std::string log;
  for (char c = 'a'; c <= 'z'; ++c) log += std::string{"Error "} + c + "\n";
  CHECK(error_lines(log) == "Error a; Error b; Error c; Error d; Error e; Error f; ...; Error y; Error z");
}

TEST_CASE("a failure without a log says so", "[checkpoint]") {
  Response response;
  response.error = 2;
  CHECK(describe_failure("DUMP", response, "/nonexistent/dump.log") ==
        "criu failed: type DUMP errno 2; it wrote no log to /nonexistent/dump.log");
  response.message = "it was ended by signal 9\n";
  CHECK(describe_failure("DUMP", response, "/nonexistent/dump.log") ==
        "criu failed: type DUMP errno 2: it was ended by signal 9; it wrote no log to /nonexistent/dump.log");
}

TEST_CASE("where CRIU's log names no cause, the one that is known is told", "[checkpoint]") {
  const corten::test::FakeTree tree;
  const auto described = [&](const char* log) {
    tree.file("log", log);
    return describe_failure("DUMP", {}, tree.path("log"));
  };
  const auto hint = Catch::Contains("versions before 4.2.1 cannot save containers on Linux 7.1 and later");
  CHECK_THAT(described("(3.10) net: Unlock network\n(3.11) Error (criu/cr-dump.c:2111): Dumping FAILED.\n"), hint);
  CHECK_THAT(described("(1) Error (criu/lsm.c:9): x\n(3.11) Error (criu/cr-dump.c:2111): Dumping FAILED.\n"), !hint);
  CHECK_THAT(described("(1) Error (criu/cr-restore.c:9): Restoring FAILED.\n"), !hint);
}

TEST_CASE("what CRIU answers and has in its log, too, is told once", "[checkpoint]") {
  const corten::test::FakeTree tree;
  tree.file("log", "(1) Error (criu/a.c:1): no\n(2) Error (criu/a.c:2): so\n");
  Response response;
  response.message = "Error (criu/a.c:1): no\n";
  CHECK(describe_failure("DUMP", response, tree.path("log")) ==
        "criu failed: type DUMP errno 0: Error (criu/a.c:1): no; Error (criu/a.c:2): so; the whole log is in " +
            tree.path("log"));
}
