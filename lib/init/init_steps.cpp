// SPDX-License-Identifier: Apache-2.0
// The init stage of a new container, readable as a list. Comments say why a step must come before another.
#include <fmt/core.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "base/log.hpp"
#include "base/trace.hpp"
#include "base/wire.hpp"
#include "init/await_start.hpp"
#include "init/cgroup_entry.hpp"
#include "init/join.hpp"
#include "init/keyring.hpp"
#include "init/launch.hpp"
#include "init/reporting.hpp"
#include "init/runc_log_lines.hpp"
#include "init/steps.hpp"
#include "init/terminal.hpp"
#include "network/loopback.hpp"
#include "process/hooks.hpp"
#include "rootfs/console.hpp"
#include "rootfs/enter.hpp"
#include "rootfs/finish.hpp"
#include "rootfs/prepare.hpp"
#include "rootfs/state.hpp"
#include "security/labels.hpp"
#include "sys/syscall.hpp"

namespace corten::init {

using namespace process;

namespace {

void enter_cgroup(const InitPlan& plan, InitHandover& handover) {
  join_cgroups(handover.tasks_files);
  handover.tasks_files = {};
  reset_affinity(plan.launch.cpu_affinity);
  // Only now: the root of the new namespace is the cgroup that this process is in.
  if (plan.new_cgroup_namespace) {
    require_namespaces("unsharing the cgroup namespace", sys::attempt([] { return ::unshare(CLONE_NEWCGROUP); }));
  }
}

/// Names the step that follows in the trace and the log.
void begin(const char* step) {
  trace::phase(step);
  if (log::debug_enabled()) log::debug(fmt::format("init: {}", step));
}

/// A bind source that init cannot reach from its user namespace, or an id-mapped tree, comes from the parent.
rootfs::SourceRequest ask_for_sources(const Channel& channel) {
  return [&channel](std::size_t index) {
    channel.send(Message::source, wire::encode(static_cast<std::uint32_t>(index)));
    auto answer = channel.expect(Message::source);
    if (answer.fds.size() != 1) throw Error{"corten's parent sent no descriptor for a mount's source"};
    return std::move(answer.fds.front());
  };
}

/// prestart and createRuntime hooks in the parent, then createContainer hooks here, all before the root is changed.
void run_create_hooks(const InitPlan& plan, const InitHandover& handover, const rootfs::State& root,
                      const Channel& channel) {
  if (plan.parent_hooks) {
    channel.send(Message::hooks);
    static_cast<void>(channel.expect(Message::hooks_done));
  }
  if (plan.create_container.empty()) return;
  rootfs::enter_directory(root);
  run_hooks("createContainer", plan.create_container, handover.creating_state, handover.hook_output);
}

/// The terminal's other side, where there is one.
UniqueFd set_up_terminal(const InitPlan& plan, const rootfs::State& root, const Channel& channel) {
  if (!plan.launch.terminal) return {};
  auto terminal = open_terminal(rootfs::open_ptmx(root), plan.launch.terminal_size);
  rootfs::mount_console(root, terminal.slave.get());
  send_terminal(channel, terminal);
  return std::move(terminal.slave);
}

/// Continues in a clone that the joined pid namespace shows; the clone has nothing of the host any more. The parent
/// sets pids.max only then, since both processes are in the cgroup for a moment, and sends the state for the clone's
/// hooks.
void enter_pid_namespace(const InitPlan& plan, InitHandover& handover, Place& place, const Channel& channel) {
  trace::phase("entering the pid namespace");
  if (place.pid_namespace.valid()) {
    sys::check("joining the pid namespace", [&] { return ::setns(place.pid_namespace.get(), CLONE_NEWPID); });
    place.pid_namespace.reset();
  }
  drop_unneeded_capabilities(plan.launch);
  continue_in_clone(channel, {.sibling = true}, {.last = false});
  sys::attempt([] { return ::setsid(); });
  handover.created_state = channel.expect(Message::placed).payload;
}

void set_names(const InitPlan& plan) {
  if (!plan.hostname.empty()) {
    sys::check("sethostname", [&] { return ::sethostname(plan.hostname.c_str(), plan.hostname.size()); });
  }
  if (!plan.domainname.empty()) {
    sys::check("setdomainname", [&] { return ::setdomainname(plan.domainname.c_str(), plan.domainname.size()); });
  }
}

/// startContainer hooks without an environment of their own get the process's, as in runc.
void run_start_hooks(const InitPlan& plan, const std::vector<std::string>& env, const InitHandover& handover) {
  if (plan.start_container.empty()) return;
  auto hooks = plan.start_container;
  for (auto& hook : hooks) {
    if (!hook.inherit_env) continue;
    hook.env = env;
    hook.inherit_env = false;
  }
  run_hooks("startContainer", hooks, handover.created_state, handover.hook_output);
}

/// `run`: the parent sends `start` once other commands can find the container. `create`: it sends `hold` and ends, and a later
/// command sends `start` over the start socket.
void await_start_message(const InitPlan& plan, UniqueFd listener, UniqueFd start_socket, Channel& channel) {
  const auto packet = channel.receive();
  if (!packet) throw Error{"corten's parent ended before the container was complete"};
  if (packet->type != Message::hold && packet->type != Message::start)
    throw Error{"a message out of turn came from corten's parent"};
  listener.reset();  // the parent has it
  if (plan.waits_for_start) channel = await_start(start_socket);
}

}  // namespace

void run_new_container(Channel& channel, Place place) {
  auto packet = channel.expect(Message::plan);
  auto reader = packet.reader();
  const auto plan = reader.take<InitPlan>();
  auto handover = reader.take<InitHandover>();
  packet = {};  // a created container may wait for days, and has little memory
  log_debug(plan.debug);
  log_set_up();
  if (!place.in_cgroup) static_cast<void>(channel.expect(Message::placed));

  begin("entering the cgroup");
  enter_cgroup(plan, handover);
  if (plan.session_keyring) {
    security::set_key_label(plan.launch.labels);
    join_session_keyring(*plan.session_keyring,
                         plan.rootfs.user_namespace ? Searchable::by_others : Searchable::by_user);
  }
  sys::attempt([] { return ::setsid(); });  // EPERM: leads a session already
  if (plan.loopback) network::bring_loopback_up();

  begin("building the root file system");
  auto root = rootfs::prepare(plan.rootfs, ask_for_sources(channel), place.pid_namespace.get());
  run_create_hooks(plan, handover, root, channel);
  if (plan.start_container.empty()) handover.hook_output = {};
  begin("entering the root file system");
  security::set_exec_labels(plan.launch.labels);  // while /proc is the host's, which no image can have put there
  rootfs::enter(plan.rootfs, root);
  auto terminal = set_up_terminal(plan, root, channel);
  set_names(plan);
  begin("finishing the root file system");
  rootfs::finish(plan.rootfs, root);
  root = {};  // no descriptor of the root once the pid namespace shows the process, and as the container's user
  if (place.pid_namespace.valid() || place.clones_into_pid_namespace)
    enter_pid_namespace(plan, handover, place, channel);
  if (terminal.valid()) take_terminal(terminal);
  terminal.reset();

  begin("taking on the process's settings and user");
  apply_settings(plan.launch);
  ::umask(plan.launch.user.umask.value_or(default_umask));
  set_rlimits(plan.launch, channel);
  // The parent makes the container known while this one takes on its user.
  if (plan.early_ready) channel.send(Message::ready);
  take_identity(plan.launch, handover.set_groups);
  const auto program = find_program(plan.launch);
  begin("waiting for start");  // while the parent still reads
  auto listener = plan.early_ready ? UniqueFd{} : report_ready(plan.launch, channel);
  await_start_message(plan, std::move(listener), std::move(handover.start_socket), channel);

  trace::phase(nullptr);  // what follows closes the trace
  log_last_steps(false);
  const auto& hooks = handover.hook_output;
  confine(plan.launch, handover.passed, {channel.fd(), hooks.output.get(), hooks.errors.get()});
  run_start_hooks(plan, program.env, handover);
  execute(program, plan.launch.args, handover.passed);
}

}  // namespace corten::init
