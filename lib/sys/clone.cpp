// SPDX-License-Identifier: Apache-2.0
#include "sys/clone.hpp"

#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/namespaces.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {
namespace {

/// Each may be what a kernel says to CLONE_INTO_CGROUP that has not heard of it (E2BIG before 5.5, EINVAL before 5.7).
bool means_unknown(pid_t result) { return result == -ENOSYS || result == -E2BIG || result == -EINVAL; }

pid_t clone3(const CloneRequest& request, int cgroup) {
  clone_args how{};
  how.flags = request.flags | (request.sibling ? CLONE_PARENT : 0U);
  how.exit_signal = request.sibling ? 0 : SIGCHLD;  // a sibling inherits its exit signal
  if (cgroup >= 0) {
    how.flags |= CLONE_INTO_CGROUP;
    how.cgroup = static_cast<std::uint64_t>(cgroup);
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

Cloned clone_process(const CloneRequest& request) {
  if (request.cgroup >= 0) {
    const auto pid = clone3(request, request.cgroup);
    if (pid >= 0) return {pid, true};
    if (!request.any_cgroup && !means_unknown(pid)) return {pid};
  }
  const auto pid = clone3(request, -1);
  return {pid == -ENOSYS ? clone_before_clone3(request) : pid};
}

}  // namespace corten::sys
