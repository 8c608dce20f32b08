// SPDX-License-Identifier: Apache-2.0
// Children of a test program.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <iostream>

#include "expect.hpp"

/// A child that does nothing once `begin` has returned, until it is killed.
class Sleeper {
 public:
  template <class Begin>
  explicit Sleeper(Begin&& begin) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      begin();
      static_cast<void>(!::write(ends[1], "x", 1));
      for (;;) ::pause();
    }
    char byte = 0;
    static_cast<void>(!::read(ends[0], &byte, 1));
    ::close(ends[0]);
    ::close(ends[1]);
  }
  Sleeper() : Sleeper{[] {}} {}
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  ~Sleeper() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    wait();
  }

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Its status of wait(2), once.
  int wait() {
    int status = 0;
    if (pid_ > 0) ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return status;
  }

 private:
  pid_t pid_ = 0;
};

/// Runs `body` in a child, as user 1000 where `as_user`; what fails there fails here.
template <class Body>
void in_child(bool as_user, Body&& body) {
  std::cout.flush();
  const pid_t pid = ::fork();
  if (pid == 0) {
    failures = 0;
    if (as_user && (::setgid(1000) != 0 || ::setuid(1000) != 0)) failed("user 1000", "cannot be");
    body();
    std::cout.flush();
    ::_exit(failures == 0 ? 0 : 1);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (status != 0) ++failures;
}
