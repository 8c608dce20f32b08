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

/// A container starts with no signal ignored, whatever its caller ignores: services of systemd SIGPIPE, for one, and a
/// shell cannot trap what was ignored when it started. (One call each, and no cheaper way to learn which: 4 us in all.)
/// Nor is any blocked: the parent blocks those that it forwards. A parent that has gone is an errno of write(2) to us, and
/// no end by SIGPIPE; execve takes the handler away.
void ignore_no_signal() {
  struct sigaction action {};
  for (int signal = 1; signal < NSIG; ++signal) {
    action.sa_handler = signal == SIGPIPE ? [](int) {} : SIG_DFL;
    ::sigaction(signal, &action, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sys::check("sigprocmask", [&] { return ::sigprocmask(SIG_SETMASK, &none, nullptr); });
}

/// The first process of a pid namespace gets no signal that it has no handler for, and a created container must still
/// end by SIGTERM. execve takes the handlers away.
void end_by_signals() {
  struct sigaction action {};
  action.sa_handler = [](int signal) { ::_exit(128 + signal); };
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

}  // namespace

void run_init_stage(const char* kind, int channel_fd, const char* trace_handle) noexcept {
  Channel channel{UniqueFd{channel_fd}};
  try {
    hide();
    channel.send(Message::executed);
    close_all_on_exec();
    ignore_no_signal();
    end_by_signals();
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
