// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <unistd.h>

#include <string_view>

#include "base/trace.hpp"
#include "init/make_namespaces.hpp"
#include "init/reporting.hpp"
#include "init/steps.hpp"
#include "process/dumpable.hpp"
#include "process/stage_command.hpp"
#include "sys/descriptors.hpp"
#include "sys/syscall.hpp"

namespace corten::init {

using namespace process;

namespace {

/// What a signal does in the init stage. The first process of a pid namespace gets no signal that it has no handler
/// for, and a created container must still end by SIGTERM. Where the parent has ended, write(2) fails, and SIGPIPE does
/// not end the stage.
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
    set_dumpable(false);
    channel.send(Message::executed);
    // execute() passes on what the process keeps.
    if (const int code = sys::set_cloexec_from(3); code != 0) throw_errno("marking descriptors as close-on-exec", code);
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

}  // namespace corten::init
