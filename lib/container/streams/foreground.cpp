// SPDX-License-Identifier: Apache-2.0
#include "container/streams/foreground.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "container/streams/terminal_copy.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

/// All signals that can be blocked, but those of program errors.
sigset_t forwarded_signals() {
  sigset_t set;
  sigfillset(&set);
  for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) sigdelset(&set, own);
  return set;
}

}  // namespace

Foreground::Foreground(bool subreaper, bool terminal) {
  if (terminal) console_.emplace();
  if (subreaper) {
    sys::check("prctl(SET_CHILD_SUBREAPER)", [] { return ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); });
  }
  const auto set = forwarded_signals();
  // One that stays unblocked is never read from the descriptor: the end of the process would be missed.
  sys::check("sigprocmask", [&] { return ::sigprocmask(SIG_BLOCK, &set, nullptr); });
  signals_ = UniqueFd{sys::check("signalfd", [&] { return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK); })};
}

Foreground::~Foreground() {
  // Signals stay blocked: what comes now must not end us before the container is cleared away. The process ends soon.
}

/// Handles what is pending; true once `pid` has been reaped.
bool Foreground::on_signals(pid_t pid, const UniqueFd& master) {
  bool ended = false;
  signalfd_siginfo info{};
  while (sys::attempt([&] { return ::read(signals_.get(), &info, sizeof info); }) ==
         static_cast<ssize_t>(sizeof info)) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGCHLD) {
      for (;;) {  // one SIGCHLD may stand for many children
        int status = 0;
        const pid_t child = sys::attempt([&] { return ::waitpid(-1, &status, WNOHANG); });
        if (child <= 0) break;
        if (child != pid) continue;
        status_ = sys::shell_status(status);
        ended = true;
      }
    } else if (signal == SIGWINCH && master.valid()) {
      copy_window_size(console_->fd(), master.get());
    } else if (signal != SIGPIPE && signal != SIGURG && !ended) {  // once reaped, the pid may be another's
      ::kill(pid, signal);
    }
  }
  return ended;
}

void Foreground::watch(int fd, std::function<bool()> on_readable) {
  watched_ = fd;
  on_readable_ = std::move(on_readable);
}

int Foreground::wait(pid_t pid, const UniqueFd& master) {
  std::optional<TerminalCopy> copy;
  if (master.valid()) copy.emplace(console_->fd(), STDIN_FILENO, STDOUT_FILENO, master);
  // The process may have ended before its signals were looked at: its SIGCHLD is pending then.
  while (!on_signals(pid, master)) {
    std::array<pollfd, 4> what{{{signals_.get(), POLLIN, 0}, {watched_, POLLIN, 0}, {-1, 0, 0}, {-1, 0, 0}}};
    if (copy) copy->prepare(what[2], what[3]);
    sys::check("poll", [&] { return ::poll(what.data(), what.size(), -1); });
    if (what[1].revents != 0 && on_readable_()) watched_ = -1;
    if (copy) copy->copy(what[2], what[3]);
  }
  if (copy) copy->drain();
  return status_;
}

}  // namespace corten::container
