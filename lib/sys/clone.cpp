// SPDX-License-Identifier: Apache-2.0
#include "sys/clone.hpp"

#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/raw_call.hpp"
#include "sys/syscall.hpp"

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif

namespace corten::sys {
namespace {

/// As vfork(2), but the caller, whose stack is in use by then, has nothing to do but to end.
[[gnu::noinline, gnu::no_sanitize_address]] long clone_in_place(const clone_args& how) {
  const long result = raw_call(SYS_clone3, reinterpret_cast<long>(&how), sizeof how);
  while (result > 0) raw_call(SYS_exit_group, 0);
  return result;
}

pid_t clone3(const CloneRequest& request, int cgroup) {
  clone_args how{};
  how.flags = request.flags | (request.sibling ? CLONE_PARENT : 0U);
  how.exit_signal = request.sibling ? 0 : SIGCHLD;  // a sibling inherits its exit signal
  if (cgroup >= 0) {
    how.flags |= CLONE_INTO_CGROUP;
    how.cgroup = static_cast<std::uint64_t>(cgroup);
  }
  if (request.in_place) {
    how.flags |= CLONE_VM | CLONE_VFORK;
    return static_cast<pid_t>(clone_in_place(how));
  }
  return static_cast<pid_t>(attempt([&] { return ::syscall(SYS_clone3, &how, sizeof how); }));
}

pid_t clone_before_clone3(const CloneRequest& request) {
  const auto flags = request.flags | (request.sibling ? CLONE_PARENT : 0U) | SIGCHLD;
#ifdef __s390__
  return static_cast<pid_t>(attempt([&] { return ::syscall(SYS_clone, nullptr, flags, nullptr, nullptr, nullptr); }));
#else
  return static_cast<pid_t>(attempt([&] { return ::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr); }));
#endif
}

}  // namespace

const bool in_place_clones = raw_calls;

bool means_unknown(pid_t result) { return result == -ENOSYS || result == -E2BIG || result == -EINVAL; }

Cloned clone_process(const CloneRequest& request) {
  if (request.cgroup >= 0) {
    const auto pid = clone3(request, request.cgroup);
    if (pid >= 0 || request.in_place) return {pid, pid >= 0};
    if (!request.any_cgroup && !means_unknown(pid)) return {pid};
  }
  const auto pid = clone3(request, -1);
  return {pid == -ENOSYS ? clone_before_clone3(request) : pid};
}

}  // namespace corten::sys
