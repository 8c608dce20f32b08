// SPDX-License-Identifier: Apache-2.0
#include "process/forked.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "sys/syscall.hpp"

namespace corten::process {
namespace {

/// Above the numbers that a program is given on purpose.
constexpr int high_number = 64;

/// The copy has its parent's frames, whose guards would undo the parent's work: nothing leaves here.
[[noreturn]] void run_copy(const std::function<void(const Channel&)>& body, const Channel& early) noexcept {
  try {
    const Channel channel{
        UniqueFd{sys::check("fcntl", [&] { return ::fcntl(early.fd(), F_DUPFD_CLOEXEC, high_number); })}};
    try {
      sigset_t none;
      sigemptyset(&none);
      ::sigprocmask(SIG_SETMASK, &none, nullptr);
      body(channel);
      ::_exit(0);
    } catch (const Error& error) {
      channel.send_failure(error.what(), error.code());
    }
  } catch (const std::exception& error) {
    early.send_failure(error.what(), 0);
  }
  ::_exit(1);
}

}  // namespace

Forked fork_to(const std::function<void(const Channel&)>& body) {
  auto ends = make_channel();
  const pid_t pid = sys::check("fork", [] { return ::fork(); });
  if (pid == 0) {
    ends.parent.close();
    run_copy(body, ends.child);
  }
  return {pid, std::move(ends.parent)};
}

void run_in_fork(const std::function<void()>& body) {
  const auto copy = fork_to([&](const Channel&) { body(); });
  int status = 0;
  const auto reap = [&] { sys::attempt([&] { return ::waitpid(copy.pid, &status, 0); }); };
  try {
    static_cast<void>(copy.channel.receive());
  } catch (...) {
    reap();
    throw;
  }
  reap();
  if (status != 0) throw Error{"a copy of this process was ended from outside"};
}

}  // namespace corten::process
