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
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/trace.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::cmd {
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

/// Handles what is pending; true once the process has been reaped.
bool Foreground::on_signals(const container::Process& process) {
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
        if (child != process.pid) continue;
        status_ = sys::shell_status(status);
        ended = true;
      }
    } else if (signal == SIGWINCH && process.terminal.valid()) {
      copy_window_size(console(), process.terminal.get());
    } else if (signal != SIGPIPE && signal != SIGURG && !ended) {  // once reaped, the pid may be another's
      ::kill(process.pid, signal);
    }
  }
  return ended;
}

int Foreground::wait(const container::Process& process) {
  std::optional<container::Readiness> none;
  return wait(process, none);
}

int Foreground::wait(container::Running running, bool keep) {
  trace::phase("the container runs");
  int status = 0;
  try {
    status = wait(running.process, running.readiness);
  } catch (...) {
    try {
      running.container.remove(true);
    } catch (const Error& error) {
      log::warn(fmt::format("deleting the container: {}", error.what()));
    }
    throw;
  }
  trace::phase("clean up");
  if (!keep) running.container.remove_ended();
  return status;
}

int Foreground::wait(const container::Process& process, std::optional<container::Readiness>& readiness) {
  std::optional<TerminalCopy> copy;
  if (process.terminal.valid()) copy.emplace(console(), STDIN_FILENO, STDOUT_FILENO, process.terminal);
  // The process may have ended before its signals were looked at: its SIGCHLD is pending then.
  while (!on_signals(process)) {
    std::array<pollfd, 4> what{
        {{signals_.get(), POLLIN, 0}, {readiness ? readiness->fd() : -1, POLLIN, 0}, {-1, 0, 0}, {-1, 0, 0}}};
    if (copy) copy->prepare(what[2], what[3]);
    sys::check("poll", [&] { return ::poll(what.data(), what.size(), -1); });
    if (what[1].revents != 0 && readiness->receive(::getpid())) readiness.reset();
    if (copy) copy->copy(what[2], what[3]);
  }
  if (copy) copy->drain();
  return status_;
}

bool has_terminal(const spec::Config& config) { return config.process && config.process->terminal; }

bool has_terminal(const std::variant<config::ProcessChanges, spec::Process>& process) {
  return std::visit([](const auto& one) { return one.terminal; }, process);
}

std::unique_ptr<Foreground> begin_foreground(container::StdioOptions& stdio, bool terminal, bool subreaper) {
  if (stdio.detach) return nullptr;
  // With a console socket, which is an error here, the library says so.
  auto foreground = std::make_unique<Foreground>(subreaper, terminal && stdio.console_socket.empty());
  stdio.terminal_size_from = foreground->console();
  return foreground;
}

}  // namespace corten::cmd
