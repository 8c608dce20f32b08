// SPDX-License-Identifier: Apache-2.0
// One more process in a running container, readable as a list.
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.hpp"
#include "base/trace.hpp"
#include "init/cgroup_entry.hpp"
#include "init/join.hpp"
#include "init/keyring.hpp"
#include "init/launch.hpp"
#include "init/reporting.hpp"
#include "init/runc_log_lines.hpp"
#include "init/steps.hpp"
#include "init/terminal.hpp"
#include "process/oom_score.hpp"
#include "rootfs/console.hpp"
#include "security/labels.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::init {

using namespace process;

namespace {

/// This process is in the container, so "/" is the container's. open_ptmx() checks that /dev/pts is a devpts before it
/// opens anything there.
UniqueFd open_ptmx_inside() {
  const auto root = sys::open_at(AT_FDCWD, "/", O_PATH | O_DIRECTORY);
  return rootfs::open_ptmx(root.get());
}

void set_up_terminal(const ExecPlan& plan, const Channel& channel) {
  if (!plan.launch.terminal) return;
  const auto terminal = open_terminal(open_ptmx_inside(), plan.launch.terminal_size);
  send_terminal(channel, terminal);
  take_terminal(terminal.slave);
}

/// The steps in all namespaces and in the cgroup, in a process that the pid namespace shows.
[[noreturn]] void finish_exec(const ExecPlan& plan, const ExecHandover& handover, bool in_cgroup, Channel& channel) {
  reset_affinity(plan.launch.cpu_affinity);
  sys::attempt([] { return ::setsid(); });
  if (plan.session_keyring) {
    join_session_keyring(*plan.session_keyring, Searchable::as_it_is);
  }
  trace::phase("taking on the process's settings and user");
  set_up_terminal(plan, channel);
  if (plan.launch.user.umask) ::umask(*plan.launch.user.umask);
  apply_settings(plan.launch);
  log::debug("exec: in the container; taking on the process's settings and user");
  set_rlimits(plan.launch, channel);
  take_identity(plan.launch, handover.set_groups);
  const auto program = find_program(plan.launch);
  trace::phase("waiting for the parent");
  // execve closes it, when the parent has it.
  [[maybe_unused]] const auto listener = report_ready(plan.launch, channel);
  const bool waits = !in_cgroup || !plan.execs_without_ack;
  if (waits && !channel.receive()) throw Error{"corten's parent ended before the process was complete"};
  trace::phase(nullptr);  // what follows closes the trace
  log_last_steps(true);
  confine(plan.launch, handover.passed, {channel.fd(), -1, -1});
  execute(program, plan.launch.args, handover.passed);
}

/// What is set before the process is in the cgroup.
void set_before_cgroup(const ExecPlan& plan) {
  if (!plan.initial_affinity.empty()) {
    sys::check("setting the initial CPU affinity", [&] {
      const auto& mask = plan.initial_affinity;
      return ::syscall(SYS_sched_setaffinity, 0, mask.size() * sizeof mask[0], mask.data());
    });
  }
  if (plan.oom_score_adj) set_own_oom_score(*plan.oom_score_adj);
}

}  // namespace

void run_exec(Channel& channel) {
  auto packet = channel.expect(Message::plan);
  auto reader = packet.reader();
  const auto plan = reader.take<ExecPlan>();
  auto handover = reader.take<ExecHandover>();
  log_debug(plan.debug);
  set_before_cgroup(plan);
  log_set_up();

  trace::phase("entering the cgroup");
  join_cgroups(handover.tasks_files);
  handover.tasks_files = {};
  // While /proc is the host's: the container's may be no procfs at all.
  security::set_exec_labels(plan.launch.labels);
  if (plan.session_keyring) security::set_key_label(plan.launch.labels);
  trace::phase("joining the namespaces");
  const bool in_cgroup = join_container(channel, handover, plan.launch);
  if (handover.placed) static_cast<void>(channel.expect(Message::placed));
  finish_exec(plan, handover, in_cgroup, channel);
}

}  // namespace corten::init
