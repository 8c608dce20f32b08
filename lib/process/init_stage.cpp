// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string_view>

#include "base/trace.hpp"
#include "process/hiding.hpp"
#include "process/make_namespaces.hpp"
#include "process/reporting.hpp"
#include "process/stage_command.hpp"
#include "process/steps.hpp"
#include "sys/syscall.hpp"

namespace corten::process {
namespace {

/// What was inherited on purpose is inherited once: from here on to the final execve all is close-on-exec.
void close_all_on_exec() {
  if (sys::attempt([] { return ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC); }) == 0) return;
  const auto last = static_cast<int>(::sysconf(_SC_OPEN_MAX));
  for (int fd = 3; fd < last; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// What a signal does in the init stage. The first process of a pid namespace gets no signal that it has no handler for, and a
/// created container must still end by SIGTERM. A parent that has gone is an errno of write(2), and no end by SIGPIPE.
void (*handler_of(int signal))(int) {
  switch (signal) {
    case SIGHUP:
    case SIGINT:
    case SIGQUIT:
    case SIGTERM: return [](int received) { ::_exit(128 + received); };
    case SIGPIPE: return [](int) {};
    default: return SIG_DFL;
  }
}

/// A container starts with no signal ignored, whatever its caller ignores: services of systemd ignore SIGPIPE, for one, and a
/// shell cannot trap what was ignored when it started. (One call each, and no cheaper way to learn which: 4 us in all.)
/// Nor is any blocked: the parent blocks those that it forwards. execve(2) takes the handlers away.
void reset_signals() {
  struct sigaction action {};
  for (int signal = 1; signal < NSIG; ++signal) {
    if (signal == SIGKILL || signal == SIGSTOP) continue;  // the kernel refuses them
    action.sa_handler = handler_of(signal);
    ::sigaction(signal, &action, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sys::check("sigprocmask", [&] { return ::sigprocmask(SIG_SETMASK, &none, nullptr); });
}

}  // namespace

void run_init_stage(const char* kind, int channel_fd, const char* trace_handle) noexcept {
  Channel channel{UniqueFd{channel_fd}};
  try {
    hide();
    channel.send(Message::executed);
    close_all_on_exec();
    reset_signals();
    report_over(channel, trace_handle, kind);
    trace::phase("waiting for the parent");
    const std::string_view which{kind};
    if (which == stage_kind::exec) run_exec(channel);
    Place place;
    if (which == stage_kind::container) place = make_namespaces(channel);
    if (which == stage_kind::mapped_not_placed) place.in_cgroup = false;
    run_new_container(channel, std::move(place));
  } catch (const Error& error) {
    channel.send_failure(error.what(), error.code());
  } catch (const std::exception& error) {
    channel.send_failure(error.what(), 0);
  }
  ::_exit(1);
}

}  // namespace corten::process
