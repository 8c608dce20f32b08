// SPDX-License-Identifier: Apache-2.0
#include "container/checkpoint/thread_files.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "base/unique_fd.hpp"

using namespace corten::container;

TEST_CASE("a thread's pids, parent and CPUs are read from its status", "[container]") {
  const auto status = parse_status("Name:\ta b\nPPid:\t9\nNSpid:\t4042\t17\t1\nCpus_allowed_list:\t0-2,5\n");
  CHECK(status.pids == std::vector<pid_t>{4042, 17, 1});
  CHECK(status.parent == 9);
  CHECK(status.cpus == "0-2,5");
}

TEST_CASE("a process that has ended since its directory was opened has no threads", "[container]") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::pause();
    ::_exit(0);
  }
  const corten::UniqueFd directory{
      ::open(("/proc/" + std::to_string(child) + "/task").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  REQUIRE(directory.valid());
  CHECK(threads_in(directory.get()) == std::vector{child});
  ::lseek(directory.get(), 0, SEEK_SET);
  ::kill(child, SIGKILL);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  CHECK(threads_in(directory.get()).empty());
}

TEST_CASE("a memory policy that is not the expected one is found", "[container]") {
  constexpr auto maps =
      "00400000 default file=/bin/a mapped=1\n7f00 bind=static:0-1 anon=1\n7f01 prefer (many):0 anon=2 N0=2\n";
  CHECK(other_policy(maps, "default") == "bind=static:0-1");
  CHECK(other_policy("7f01 prefer (many):0 anon=2\n", "prefer") == "prefer (many):0");
  CHECK(other_policy("7f01 prefer (many):0 anon=2\n", "prefer (many)").empty());
  CHECK(other_policy("7f01 weighted interleave:0\n", "weighted interleave").empty());
  CHECK(other_policy("7f01 local\n", "local").empty());
  CHECK(other_policy("", "default").empty());
}

TEST_CASE("the keys of a keyring are counted by the kernel", "[container]") {
  constexpr auto keys =
      "0a1 I--Q---     2 perm 3f1b0000     0     0 keyring   _ses.a: 3\n"
      "0a2 I--Q---     2 perm 3f1b0000     0     0 keyring   _ses.b: empty\n"
      "0a3 I--Q---     1 perm 3f010000     0     0 user      _ses.c: 6\n";
  CHECK(keys_in(keys, "_ses.a") == 3);
  CHECK(keys_in(keys, "_ses.b") == 0);
  CHECK(keys_in(keys, "_ses.c") == 0);
}
