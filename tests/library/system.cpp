// SPDX-License-Identifier: Apache-2.0
// When a process began, who gets orphans, and the signal at a parent's end.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include <corten/system.hpp>

#include "expect.hpp"

namespace {

/// A child, and its child: whose the latter is once the former has ended.
bool orphans_come() {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::fork() == 0) ::_exit(7);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return ::waitpid(-1, &status, 0) > 0 && WEXITSTATUS(status) == 7;
}

void wrong_arguments() {
  using corten::detail::call;
  EXPECT(EXPECT_ERROR(CORTEN_NOT_FOUND, "there is no process", corten::system::start_time(0x7fffffff)) == ESRCH);
  EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "parent-death signal 1000", corten::system::set_parent_death_signal(1000)) ==
         EINVAL);
  EXPECT_ERROR(CORTEN_INVALID_ARGUMENT, "ticks is NULL",
               call(&corten_system_start_time, ::getpid(), static_cast<uint64_t*>(nullptr)));
}

}  // namespace

int main() {
  namespace system = corten::system;
  try {
    EXPECT(system::start_time(::getpid()) > 0 && system::start_time(::getpid()) == system::start_time(::getpid()));
    EXPECT(system::start_time(::getpid()) >= system::start_time(1));

    EXPECT(!system::subreaper());
    system::set_subreaper(true);
    EXPECT(system::subreaper() && orphans_come());
    system::set_subreaper(false);
    EXPECT(!system::subreaper());

    EXPECT(system::parent_death_signal() == 0);
    system::set_parent_death_signal(SIGUSR1);
    EXPECT(system::parent_death_signal() == SIGUSR1);
    std::thread{[] { EXPECT(system::parent_death_signal() == 0); }}.join();
    system::set_parent_death_signal(0);
    EXPECT(system::parent_death_signal() == 0);
    wrong_arguments();
  } catch (const corten::Error& error) {
    failed("system", error.what());
  }
  return failures == 0 ? 0 : 1;
}
