// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <sys/prctl.h>

#include <cerrno>

#include "abi/guard.hpp"
#include "sys/process_stat.hpp"
#include "sys/syscall.hpp"

using namespace corten;

namespace {

/// The answer of a prctl(2) that writes it to its argument.
int told(int option, const char* what) {
  int answer = 0;
  sys::check(what, [&] { return ::prctl(option, &answer, 0, 0, 0); });
  return answer;
}

}  // namespace

corten_code corten_system_start_time(pid_t pid, uint64_t* ticks, corten_error** error) {
  return abi::attempted(error, [&] {
    auto& to = abi::checked(ticks, "ticks");
    const auto stat = sys::read_process_stat(pid);
    if (!stat) throw Error{fmt::format("there is no process {}", pid), ESRCH, ErrorKind::not_found};
    to = stat->start_time;
  });
}

corten_code corten_system_set_subreaper(int on, corten_error** error) {
  return abi::attempted(error, [&] {
    sys::check("setting the subreaper", [&] { return ::prctl(PR_SET_CHILD_SUBREAPER, on != 0 ? 1 : 0, 0, 0, 0); });
  });
}

int corten_system_subreaper(corten_error** error) {
  return abi::guarded(error, -1, [] { return told(PR_GET_CHILD_SUBREAPER, "reading the subreaper"); });
}

corten_code corten_system_set_parent_death_signal(int number, corten_error** error) {
  return abi::attempted(error, [&] {
    sys::check([&] { return fmt::format("setting the parent-death signal {}", number); },
               [&] { return ::prctl(PR_SET_PDEATHSIG, number, 0, 0, 0); });
  });
}

int corten_system_parent_death_signal(corten_error** error) {
  return abi::guarded(error, -1, [] { return told(PR_GET_PDEATHSIG, "reading the parent-death signal"); });
}
