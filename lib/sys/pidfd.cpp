// SPDX-License-Identifier: Apache-2.0
#include "sys/pidfd.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/deadline.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {

std::optional<UniqueFd> open_pidfd(pid_t pid) {
  const auto fd = attempt([&] { return ::syscall(SYS_pidfd_open, pid, 0); });  // close-on-exec by itself
  if (fd >= 0) return UniqueFd{static_cast<int>(fd)};
  if (fd == -ESRCH) return std::nullopt;
  throw_errno("pidfd_open", static_cast<int>(-fd));
}

bool send_signal(const UniqueFd& pidfd, int signal) {
  const auto result = attempt([&] { return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0); });
  if (result == 0) return true;
  if (result == -ESRCH) return false;
  throw_errno("pidfd_send_signal", static_cast<int>(-result));
}

bool wait_ended(const UniqueFd& pidfd, std::chrono::milliseconds limit) {
  const auto end = Deadline::in(limit);
  pollfd what{pidfd.get(), POLLIN, 0};
  for (;;) {
    const int ready = ::poll(&what, 1, end.poll_time());
    if (ready > 0) return true;
    if (ready == 0 && end.passed()) return false;
    if (ready < 0 && errno != EINTR) throw_errno("poll", errno);
  }
}

bool end_child(pid_t child, std::chrono::milliseconds limit) noexcept {
  ::kill(child, SIGKILL);
  try {
    if (const auto pidfd = open_pidfd(child); pidfd && !wait_ended(*pidfd, limit)) return false;
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): no descriptor for a pidfd: without a limit, then
  }
  attempt([&] { return ::waitpid(child, nullptr, 0); });
  return true;
}

int shell_status(int wait_status) {
  if (WIFSIGNALED(wait_status)) return 128 + WTERMSIG(wait_status);
  return WEXITSTATUS(wait_status);
}

int wait_status(pid_t child) {
  int status = 0;
  check("waitpid", [&] { return ::waitpid(child, &status, 0); });
  return shell_status(status);
}

}  // namespace corten::sys
