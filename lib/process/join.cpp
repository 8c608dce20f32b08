// SPDX-License-Identifier: Apache-2.0
#include "process/join.hpp"

#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/wire.hpp"
#include "sys/syscall.hpp"

namespace corten::process {

void join_namespaces(std::span<const UniqueFd> fds, std::uint64_t flags) {
  if (flags == 0) return;
  for (const auto& fd : fds) {
    // Zero takes any kind: a descriptor of one namespace says itself which it is.
    const int kinds = fds.size() == 1 ? static_cast<int>(flags) : 0;
    sys::check("joining the container's namespaces", [&] { return ::setns(fd.get(), kinds); });
  }
  if ((flags & CLONE_NEWUSER) != 0) {
    sys::check("setgid in the container's user namespace", [] { return ::setresgid(0, 0, 0); });
    sys::check("setuid in the container's user namespace", [] { return ::setresuid(0, 0, 0); });
  }
}

void continue_in_pid_namespace(const Channel& channel, std::uint64_t flags) {
  if ((flags & CLONE_NEWPID) == 0) return;
  clone_args how{};
  how.flags = CLONE_PARENT;
  const auto pid =
      sys::check("clone into the container's pid namespace", [&] { return ::syscall(SYS_clone3, &how, sizeof how); });
  if (pid == 0) return;
  channel.send(Message::spawned, wire::encode(static_cast<pid_t>(pid)));
  ::_exit(0);
}

}  // namespace corten::process
