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

TEST_CASE("a program that CRIU needs and does not find is the first that is said", "[checkpoint]") {
  const corten::test::FakeTree tree;
  tree.file("log",
            "(1) Error (criu/util.c:1534): rlimit: no\n"
            "Error (criu/util.c:642): execvp(\"iptables-restore\", ...) failed: No such file or directory\n"
            "Error (criu/util.c:642): execvp(\"ip6tables-restore\", ...) failed: No such file or directory\n"
            "Error (criu/util.c:642): execvp(\"iptables-restore\", ...) failed: No such file or directory\n");
  CHECK_THAT(describe_failure("DUMP", {}, tree.path("log")),
             Catch::StartsWith("CRIU runs iptables-restore and ip6tables-restore, which are not in $PATH, to lock the "
                               "network: install the package iptables, or the line \"network-lock nftables\" in "
                               "/etc/criu/runc.conf has it use nftables; criu failed: type DUMP errno 0: Error"));
  CHECK(known_cause("Error (a): execvp(\"tar\", ...) failed: No such file or directory") ==
        "CRIU runs tar, which is not in $PATH");
  CHECK_THAT(known_cause("(1) Error (criu/netfilter.c:330): CRIU was built without libnftables support\n"),
             Catch::StartsWith("CRIU cannot lock the network with nftables, which it was built without: ") &&
                 Catch::Contains("network-lock iptables"));
  CHECK_THAT(known_cause("(1) Error (criu/net.c:3): net: Locking network failed using nftables\n"),
             Catch::StartsWith("CRIU cannot lock the network with nftables, which this kernel perhaps lacks: "));
}

TEST_CASE("a pidfd of a process outside is named with who holds it", "[checkpoint]") {
  CHECK(known_cause("(1) Error (criu/pidfd.c:97): pidfd: pidfd pid 1 is not a part of process tree..\n"
                    "(1) Error (criu/cr-dump.c:1545): Dump files (pid: 13491) failed with -1\n") ==
        "process 13491 has a pidfd of process 1, which is outside of the container: CRIU cannot save that");
  CHECK(known_cause("(1) Error (criu/cr-dump.c:1975): Dumping FAILED.\n").empty());
}
