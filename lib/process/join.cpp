// SPDX-License-Identifier: Apache-2.0
#include "process/join.hpp"

#include <sched.h>
#include <unistd.h>

#include "base/wire.hpp"
#include "sys/clone.hpp"
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
  const auto pid = sys::clone_process({.sibling = true}).pid;
  if (pid < 0) throw_errno("clone into the container's pid namespace", -pid);
  if (pid == 0) return;
  channel.send(Message::spawned, wire::encode(pid));
  ::_exit(0);
}

}  // namespace corten::process
