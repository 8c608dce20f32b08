// SPDX-License-Identifier: Apache-2.0
#include "init/join.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/namespace_kinds.hpp"
#include "base/wire.hpp"
#include "init/launch.hpp"
#include "process/dumpable.hpp"
#include "sys/syscall.hpp"

namespace corten::init {

using namespace process;

namespace {

bool has_user(const ExecHandover& handover) { return (handover.namespaces & CLONE_NEWUSER) != 0; }
bool has_pid(const ExecHandover& handover) { return (handover.namespaces & CLONE_NEWPID) != 0; }

void join(const UniqueFd& fd, int kinds) {
  sys::check("joining the container's namespaces", [&] { return ::setns(fd.get(), kinds); });
}

void join_namespaces(ExecHandover& handover) {
  if (handover.pidfd.valid()) join(handover.pidfd, static_cast<int>(handover.namespaces));
  constexpr int any = 0;  // the descriptor of one namespace says itself which kind it is
  for (const auto& fd : handover.namespace_files) join(fd, any);
  handover.pidfd.reset();
  handover.namespace_files.clear();
}

/// The process enters the cgroup before it joins any namespace: from another cgroup namespace it may not (nsdelegate), and root
/// of another user namespace may have no permission.
struct Entered {
  bool in_cgroup = true;
  pid_t unreported = 0;  // this process, where it has not been reported to the parent
};

Entered enter_cgroup(const Channel& channel, const ExecHandover& handover) {
  const auto how = cgroup_entry(handover, sys::in_place_clones);
  sys::CloneRequest clone{.sibling = true, .cgroup = handover.cgroup.get(), .any_cgroup = handover.cgroup_optional};
  if (how != CgroupEntry::in_place) {
    return {continue_in_clone(channel, clone, {.last = how == CgroupEntry::last})};
  }
  clone.in_place = true;
  const auto cloned = sys::clone_process(clone);
  if (cloned.pid == 0) return {true, ::getpid()};
  if (!handover.cgroup_optional && !sys::means_unknown(cloned.pid)) throw_errno("clone", -cloned.pid);
  return {false};
}

void become_root_inside() {
  sys::check("setgid in the container's user namespace", [] { return ::setresgid(0, 0, 0); });
  sys::check("setuid in the container's user namespace", [] { return ::setresuid(0, 0, 0); });
  set_dumpable(false);  // where fs.suid_dumpable is 1, other ids have undone it
}

}  // namespace

void require_namespaces(std::string_view step, long result) {
  // pid_namespaces(7) and user_namespaces(7): 32 levels; namespaces(7): a limit for each kind and user.
  if (result == -ENOSPC) {
    throw Error{fmt::format("{}: {} (namespaces are nested too deeply, or /proc/sys/user/max_*_namespaces is reached)",
                            step, errno_text(ENOSPC)),
                ENOSPC};
  }
  if (result < 0) throw_errno(step, static_cast<int>(-result));
}

bool continue_in_clone(const Channel& channel, const sys::CloneRequest& request, CloneReport report) {
  std::array<int, 2> ends{-1, -1};
  if (!report.last) sys::check("pipe", [&] { return ::pipe2(ends.data(), O_CLOEXEC); });
  UniqueFd read_end{ends[0]};
  UniqueFd write_end{ends[1]};
  const auto cloned = sys::clone_process(request);
  require_namespaces("clone", cloned.pid);
  if (cloned.pid == 0) {
    // A clone that clones itself again waits for its own report: the reports must come in that order.
    write_end.reset();
    char none = 0;
    if (!report.last) sys::attempt([&] { return ::read(read_end.get(), &none, 1); });
    return cloned.in_cgroup;
  }
  report.pid = cloned.pid;
  report.in_cgroup = report.in_cgroup || cloned.in_cgroup;
  try {
    channel.send(Message::spawned, wire::encode(report));
  } catch (...) {
    ::kill(cloned.pid, SIGKILL);  // it has not been reported: nobody else can end it
    throw;
  }
  ::_exit(0);
}

CgroupEntry cgroup_entry(const ExecHandover& handover, bool in_place_clones) {
  if (!handover.cgroup.valid()) return CgroupEntry::none;
  if (!has_pid(handover)) return CgroupEntry::last;
  // setns(2): a process that shares its memory cannot join a time namespace.
  const bool shares = in_place_clones && handover.pidfd.valid() && (handover.namespaces & CLONE_NEWTIME) == 0;
  return shares ? CgroupEntry::in_place : CgroupEntry::first;
}

bool join_container(const Channel& channel, ExecHandover& handover, const Launch& launch) {
  Entered entered{!handover.cgroup.valid()};
  if (handover.cgroup.valid()) entered = enter_cgroup(channel, handover);
  handover.cgroup.reset();
  try {
    join_namespaces(handover);
    if (has_user(handover)) become_root_inside();
    if (has_pid(handover)) {
      drop_unneeded_capabilities(launch);
      continue_in_clone(channel, {.sibling = true}, {.in_cgroup = entered.in_cgroup, .between = entered.unreported});
    }
  } catch (...) {
    // So that the parent can wait for it.
    if (entered.unreported != 0)
      channel.send(Message::spawned, wire::encode(CloneReport{.pid = entered.unreported, .last = false}));
    throw;
  }
  return entered.in_cgroup;
}

}  // namespace corten::init
