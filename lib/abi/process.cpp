// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <signal.h>
#include <sys/wait.h>

#include <cerrno>

#include "abi/guard.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

using namespace corten;

namespace {

void check_not_waited_for(const corten_process& process) {
  if (process.waited_for) {
    throw Error{fmt::format("process {} has been waited for already", process.pid), ErrorKind::invalid_argument};
  }
}

}  // namespace

pid_t corten_process_pid(const corten_process* process) { return process == nullptr ? -1 : process->pid; }

int corten_process_terminal(const corten_process* process) {
  return process == nullptr || !process->terminal.valid() ? -1 : process->terminal.get();
}

int corten_process_pidfd(corten_process* process, corten_error** error) {
  return abi::guarded(error, -1, [&] {
    auto& known = abi::checked(process, "process");
    check_not_waited_for(known);
    if (!known.pidfd) known.pidfd = sys::open_pidfd(known.pid);
    if (!known.pidfd) throw Error{fmt::format("process {} has ended", known.pid), ESRCH, ErrorKind::stopped};
    return known.pidfd->get();
  });
}

int corten_process_ready_fd(const corten_process* process) {
  return process == nullptr || !process->readiness ? -1 : process->readiness->fd();
}

corten_code corten_process_pass_ready(corten_process* process, pid_t main_pid, corten_error** error) {
  return abi::attempted(error, [&] {
    auto& readiness = abi::checked(process, "process").readiness;
    if (readiness && readiness->receive(main_pid)) readiness.reset();
  });
}

corten_code corten_process_wait(corten_process* process, int* status, corten_error** error) {
  return abi::attempted(error, [&] {
    auto& known = abi::checked(process, "process");
    check_not_waited_for(known);
    int result = 0;
    sys::check([&] { return fmt::format("waiting for process {}", known.pid); },
               [&] { return ::waitpid(known.pid, &result, 0); });
    known.waited_for = true;
    known.pidfd.reset();
    if (status != nullptr) *status = sys::shell_status(result);
  });
}

corten_code corten_process_signal(const corten_process* process, int number, corten_error** error) {
  return abi::attempted(error, [&] {
    const auto& known = abi::checked(process, "process");
    check_not_waited_for(known);
    sys::check([&] { return fmt::format("sending signal {} to process {}", number, known.pid); },
               [&] { return ::kill(known.pid, number); });
  });
}

void corten_process_free(corten_process* process) { delete process; }
