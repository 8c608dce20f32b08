// SPDX-License-Identifier: Apache-2.0
#include "cmd/foreground.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "cmd/error.hpp"
#include "cmd/log.hpp"

namespace corten::cmd {
namespace {

/// All signals that can be blocked, but those of program errors.
sigset_t forwarded_signals() {
  sigset_t set;
  sigfillset(&set);
  for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) sigdelset(&set, own);
  return set;
}

int exit_status(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/// The caller's terminal and the process's.
struct Terminals {
  explicit Terminals(int master) : copy{own.fd(), STDIN_FILENO, STDOUT_FILENO, master} {}

  HostConsole own;
  TerminalCopy copy;
};

}  // namespace

Foreground::Foreground(bool subreaper) {
  if (subreaper) {
    check("prctl(SET_CHILD_SUBREAPER)", [] { return ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); });
  }
  const auto set = forwarded_signals();
  // One that stays unblocked is never read from the descriptor: the end of the process would be missed.
  check("sigprocmask", [&] { return ::sigprocmask(SIG_BLOCK, &set, nullptr); });
  signals_ = Descriptor{check("signalfd", [&] { return ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK); })};
}

Foreground::~Foreground() {
  // Signals stay blocked: what comes now must not end us before the container is cleared away. The process ends soon.
}

/// Handles what is pending; true once the process has been reaped.
bool Foreground::on_signals(const Process& process, int console) {
  bool ended = false;
  signalfd_siginfo info{};
  while (attempt([&] { return ::read(signals_.get(), &info, sizeof info); }) == static_cast<ssize_t>(sizeof info)) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGCHLD) {
      for (;;) {  // one SIGCHLD may stand for many children
        int status = 0;
        const pid_t child = attempt([&] { return ::waitpid(-1, &status, WNOHANG); });
        if (child <= 0) break;
        if (child != process.pid()) continue;
        status_ = exit_status(status);
        ended = true;
      }
    } else if (signal == SIGWINCH && console >= 0) {
      copy_window_size(console, process.terminal());
    } else if (signal != SIGPIPE && signal != SIGURG && !ended) {  // once reaped, the pid may be another's
      ::kill(process.pid(), signal);
    }
  }
  return ended;
}

int Foreground::wait(Started started, bool keep) {
  corten_trace_phase("the container runs");
  int status = 0;
  try {
    status = wait(started.process);
  } catch (...) {
    try {
      started.container.destroy(true);
    } catch (const corten::Error& error) {
      log::warn(fmt::format("deleting the container: {}", error.what()));
    }
    throw;
  }
  corten_trace_phase("clean up");
  if (!keep) started.container.destroy_ended();
  return status;
}

int Foreground::wait(Process& process) {
  std::optional<Terminals> terminals;
  if (process.terminal() >= 0) terminals.emplace(process.terminal());
  // The process may have ended before its signals were looked at: its SIGCHLD is pending then.
  while (!on_signals(process, terminals ? terminals->own.fd() : -1)) {
    std::array<pollfd, 4> what{{{signals_.get(), POLLIN, 0}, {process.ready_fd(), POLLIN, 0}, {-1, 0, 0}, {-1, 0, 0}}};
    if (terminals) terminals->copy.prepare(what[2], what[3]);
    check("poll", [&] { return ::poll(what.data(), what.size(), -1); });
    if (what[1].revents != 0) process.pass_ready(::getpid());
    if (terminals) terminals->copy.copy(what[2], what[3]);
  }
  if (terminals) terminals->copy.drain();
  return status_;
}

std::unique_ptr<Foreground> begin_foreground(Stdio& stdio, bool subreaper) {
  if (stdio.detach) return nullptr;
  if (!stdio.console_socket.empty()) {
    throw Error{"cannot use console socket if runc will not detach or allocate tty"};
  }
  stdio.caller_terminal_size = true;
  return std::make_unique<Foreground>(subreaper);
}

}  // namespace corten::cmd
