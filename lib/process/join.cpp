// SPDX-License-Identifier: Apache-2.0
#include "process/join.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <array>

#include "base/wire.hpp"
#include "sys/syscall.hpp"

namespace corten::process {
namespace {

bool has_user(const ExecPlan& plan) { return (plan.namespaces & CLONE_NEWUSER) != 0; }
bool has_pid(const ExecPlan& plan) { return (plan.namespaces & CLONE_NEWPID) != 0; }

/// From another cgroup namespace the way to the cgroup is closed (nsdelegate). By pidfd it is joined later; single
/// namespaces are joined in one go.
bool enters_cgroup_first(const ExecPlan& plan) { return plan.into_cgroup && (has_user(plan) || !plan.by_pidfd); }

void join(const ExecPlan& plan, std::span<const UniqueFd> fds, std::uint64_t flags) {
  if (flags == 0) return;
  for (const auto& fd : fds) {
    // Zero takes any kind: a descriptor of one namespace says itself which it is.
    const int kinds = plan.by_pidfd ? static_cast<int>(flags) : 0;
    sys::check("joining the container's namespaces", [&] { return ::setns(fd.get(), kinds); });
  }
}

}  // namespace

bool continue_in_clone(const Channel& channel, const sys::CloneRequest& request, Born born) {
  std::array<int, 2> said{-1, -1};
  if (!born.last) sys::check("pipe", [&] { return ::pipe2(said.data(), O_CLOEXEC); });
  UniqueFd hears{said[0]};
  UniqueFd tells{said[1]};
  const auto cloned = sys::clone_process(request);
  if (cloned.pid < 0) throw_errno("clone", -cloned.pid);
  if (cloned.pid == 0) {
    // A clone that will clone itself waits until this one has been named: the words must come in that order.
    tells.reset();
    char none = 0;
    if (!born.last) sys::attempt([&] { return ::read(hears.get(), &none, 1); });
    return cloned.in_cgroup;
  }
  born.pid = cloned.pid;
  born.in_cgroup = cloned.in_cgroup;
  try {
    channel.send(Message::spawned, wire::encode(born));
  } catch (...) {
    ::kill(cloned.pid, SIGKILL);  // nobody has heard of it, who could end it
    throw;
  }
  ::_exit(0);
}

unsigned clones_of_exec(const ExecPlan& plan) {
  const bool first = enters_cgroup_first(plan);
  const bool second = has_pid(plan) || (plan.into_cgroup && !first);
  return (first ? 1U : 0U) + (second ? 1U : 0U);
}

bool join_container(const Channel& channel, const ExecPlan& plan, std::span<const UniqueFd> fds) {
  sys::CloneRequest clone{.sibling = true, .any_cgroup = plan.cgroup_optional};
  if (plan.into_cgroup) {
    clone.cgroup = fds.front().get();
    fds = fds.subspan(1);
  }
  bool in_cgroup = !plan.into_cgroup;
  if (enters_cgroup_first(plan)) {
    in_cgroup = continue_in_clone(channel, clone, {.last = !has_pid(plan)});
    clone.cgroup = -1;
  }
  const std::uint64_t later = clone.cgroup >= 0 ? plan.namespaces & CLONE_NEWCGROUP : 0;
  join(plan, fds, plan.namespaces & ~later);
  if (has_user(plan)) {
    sys::check("setgid in the container's user namespace", [] { return ::setresgid(0, 0, 0); });
    sys::check("setuid in the container's user namespace", [] { return ::setresuid(0, 0, 0); });
  }
  if (has_pid(plan) || clone.cgroup >= 0) in_cgroup = continue_in_clone(channel, clone, {}) || in_cgroup;
  join(plan, fds, later);
  return in_cgroup;
}

}  // namespace corten::process
