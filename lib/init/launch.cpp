// SPDX-License-Identifier: Apache-2.0
#include "init/launch.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "base/argv.hpp"
#include "base/wire.hpp"
#include "init/credentials.hpp"
#include "init/exec_hint.hpp"
#include "init/executable.hpp"
#include "init/terminal.hpp"
#include "process/dumpable.hpp"
#include "sys/sched_attr.hpp"
#include "sys/syscall.hpp"

namespace corten::init {

using namespace process;

namespace {

constexpr std::uint64_t admin = std::uint64_t{1} << CAP_SYS_ADMIN;

void set_scheduler(const Scheduler& wanted) {
  sys::SchedAttr attr;  // the specification has a flag for each clamp, and no value
  attr.policy = wanted.policy;
  attr.flags = wanted.flags;
  attr.nice = wanted.nice;
  attr.priority = wanted.priority;
  attr.runtime = wanted.runtime;
  attr.deadline = wanted.deadline;
  attr.period = wanted.period;
  const auto result = sys::attempt([&] { return ::syscall(SYS_sched_setattr, 0, &attr, 0); });
  if (result == -EPERM && wanted.beside_cpuset)
    throw Error{
        "process scheduler can't be used together with AllowedCPUs: SCHED_DEADLINE needs all CPUs of its "
        "scheduling domain; leave linux.resources.cpu.cpus out, or make its CPUs a partition (unified "
        "cpuset.cpus.partition \"root\", cgroup v2)",
        EPERM};
  if (result < 0) throw_errno("error setting scheduler", static_cast<int>(-result));
}

void set_memory_policy(const MemoryPolicy& policy) {
  // The kernel takes one bit less than it is told.
  const auto bits = policy.nodes.size() * 64 + 1;
  sys::check("error setting memory policy", [&] {
    return ::syscall(SYS_set_mempolicy, policy.mode, policy.nodes.empty() ? nullptr : policy.nodes.data(),
                     policy.nodes.empty() ? 0 : bits);
  });
}

/// Returns the listener's descriptor, or 0 where the filter has none.
int load_filter(const security::SeccompPlan& plan) {
  sock_fprog program{};
  program.len = static_cast<unsigned short>(plan.program.size() / sizeof(sock_filter));
  program.filter = reinterpret_cast<sock_filter*>(const_cast<char*>(plan.program.data()));  // NOLINT: the kernel reads
  return static_cast<int>(sys::check("unable to init seccomp: error loading seccomp filter into kernel", [&] {
    return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, plan.flags, &program);
  }));
}

bool filter_needs_admin(const Launch& launch) { return !launch.seccomp.program.empty() && !launch.no_new_privileges; }

std::uint64_t capabilities_for_filter(const Launch& launch) { return filter_needs_admin(launch) ? admin : 0; }

/// CVE-2024-21626 and CVE-2016-9962: no descriptor of the host reaches the container, not even for the time of execve.
void close_all_but(const PassedFds& passed, Needed needed) {
  std::ranges::sort(needed);
  auto first = static_cast<unsigned>(passed.end());
  for (const int fd : needed) {
    if (fd < static_cast<int>(first)) continue;
    const auto kept = static_cast<unsigned>(fd);
    if (kept > first) sys::attempt([&] { return ::syscall(SYS_close_range, first, kept - 1, 0); });
    first = kept + 1;
  }
  sys::attempt([&] { return ::syscall(SYS_close_range, first, ~0U, 0); });
}

}  // namespace

void apply_settings(const Launch& launch) {
  if (launch.no_new_privileges) {
    sys::check("prctl(SET_NO_NEW_PRIVS)", [] { return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); });
  }
  if (launch.scheduler) set_scheduler(*launch.scheduler);
  if (launch.personality) {
    sys::check("setting the personality", [&] { return ::personality(*launch.personality); });
  }
  set_policies(launch);
}

void set_policies(const Launch& launch) {
  if (launch.io_priority) {
    constexpr int one_process = 1;  // IOPRIO_WHO_PROCESS
    sys::check("failed to set io priority",
               [&] { return ::syscall(SYS_ioprio_set, one_process, 0, *launch.io_priority); });
  }
  if (launch.memory_policy) set_memory_policy(*launch.memory_policy);
}

void set_rlimits(const Launch& launch, const Channel& channel) {
  for (std::uint32_t index = 0; index < launch.rlimits.size(); ++index) {
    const auto& limit = launch.rlimits[index];
    const rlimit64 value{limit.soft, limit.hard};
    const auto result = sys::attempt([&] { return ::syscall(SYS_prlimit64, 0, limit.resource, &value, nullptr); });
    if (result == -EPERM) {  // a raise from inside a user namespace: the parent may
      channel.send(Message::rlimit, wire::encode(index));
      static_cast<void>(channel.expect(Message::rlimit));
    } else if (result < 0) {
      throw_errno(fmt::format("error setting rlimit type {}", limit.resource), static_cast<int>(-result));
    }
  }
}

void send_terminal(const Channel& channel, const Terminal& terminal) {
  channel.send(Message::console, terminal.name, {terminal.master.get()});
}

void drop_unneeded_capabilities(const Launch& launch) {
  keep_needed_capabilities(launch, capabilities_for_filter(launch));
}

void take_identity(const Launch& launch, bool set_groups) {
  become_user(launch, set_groups, capabilities_for_filter(launch));
}

Program find_program(const Launch& launch) {
  Program program{.path = {}, .env = launch.env};
  add_home(program.env, launch.user.uid);
  if (launch.args.empty()) return program;  // there is none, and `start` says so
  program.path = find_executable(launch.args.at(0), path_of(program.env));
  return program;
}

UniqueFd report_ready(const Launch& launch, const Channel& channel) {
  if (!launch.seccomp.notify) {
    channel.send(Message::ready);
    return {};
  }
  // Until the parent has taken the listener with pidfd_getfd(2) and passed it on, nobody answers the filter. So its
  // number is sent by write(2), which no filter may notify about.
  if (launch.shows_listener) set_dumpable(true);  // there is nothing of the host any more
  UniqueFd listener{load_filter(launch.seccomp)};
  channel.write(Message::seccomp, wire::encode(listener.get()));
  return listener;
}

void confine(const Launch& launch, const PassedFds& passed, Needed needed) {
  // Before the filter, which may kill for close_range(2). What stays, and what is opened from here on, is close-on-exec.
  close_all_but(passed, needed);
  if (launch.seccomp.program.empty()) return;
  if (!launch.seccomp.notify) static_cast<void>(load_filter(launch.seccomp));
  if (filter_needs_admin(launch)) set_final_capabilities(launch);
}

void execute(const Program& program, const std::vector<std::string>& args, const PassedFds& passed) {
  const auto argv = argv_of(args);
  const auto env = argv_of(program.env);
  for (int fd = PassedFds::first; fd < passed.end(); ++fd) {
    if (passed.has(fd)) sys::attempt([&] { return ::fcntl(fd, F_SETFD, 0); });
  }
  ::execve(program.path.c_str(), argv.data(), env.data());
  // As runc: the container has been started by now, so this is its output and its end, not the runtime's.
  const int code = errno;
  const auto text =
      fmt::format("exec {}: {}{}\n", program.path, errno_text(code), exec_hint_of(program.path.c_str(), code));
  sys::attempt([&] { return ::write(STDERR_FILENO, text.data(), text.size()); });
  constexpr int status = 255;
  ::_exit(status);
}

}  // namespace corten::init
