// SPDX-License-Identifier: Apache-2.0
#include "container/create/creation.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "base/trace.hpp"
#include "base/wire.hpp"
#include "cgroup/below.hpp"
#include "container/create/id_maps.hpp"
#include "container/hooks.hpp"
#include "container/host_settings.hpp"
#include "container/stage_services.hpp"
#include "container/state/status.hpp"
#include "container/state/teardown.hpp"
#include "process/oom_score.hpp"
#include "process/start_socket.hpp"
#include "process/user_limits.hpp"
#include "rootfs/source.hpp"
#include "sys/fd_passing.hpp"
#include "sys/file.hpp"
#include "sys/process_stat.hpp"
#include "sys/switches.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

constexpr std::string_view starting = "unable to start container process";
constexpr std::string_view in_init = "error during container init";

std::vector<process::JoinedNamespace> open_joined(const config::NamespacePlan& namespaces) {
  std::vector<process::JoinedNamespace> joined;
  for (const auto& [flag, path] : namespaces.joined)
    joined.push_back({flag, path, sys::open_at(AT_FDCWD, path, O_RDONLY)});
  return joined;
}

}  // namespace

void Creation::make() {
  with_reason([&] { make_it(); });
}

/// Where a step fails because init has ended (writing to it, mapping its ids, moving it), init's own failure is the error.
template <class Step>
void Creation::with_reason(Step&& step) {
  with_context(starting, [&] {
    try {
      step();
    } catch (const Error& error) {
      if (const auto said = stage_.sent_failure()) with_context(in_init, [&] { std::rethrow_exception(said); });
      const bool gone = error.code() == EPIPE || error.code() == ECONNRESET || error.code() == ESRCH;
      if (gone && container_.pid > 0)
        throw Error{fmt::format("{}: {}", in_init, exit_reason(container_.pid, container_.manager()))};
      throw;
    }
  });
}

void Creation::make_it() {
  trace::phase("write state.json");
  container_.manager().check_free();
  // Written before anything is made: a `delete --force` clears what a killed creator leaves.
  container_.directory.write(container_.saved);
  spawn();
  entry_ = {};
  trace::phase("write state.json");
  container_.directory.prepare(container_.saved);  // while init works
  trace::phase("wait for the init stage");
  serve_init();
  stage_.reap_exited_stages();
  delegate();
  container_.stdio.send_pidfd(container_.pid, "standard");
  // Not before: a process that finds the pid may enter, and init may still be in the host's file system.
  container_.directory.publish();
}

/// Only now is init in its cgroup namespace, whose root is the cgroup above.
void Creation::delegate() {
  const auto& plan = blueprint_.cgroup;
  if (plan.delegated.empty()) return;
  const auto below = plan.subgroup.empty() ? plan.delegated : plan.subgroup + "/" + plan.delegated;
  cgroup::move_below(plan, container_.manager().paths(), below, container_.pid);
}

void Creation::make_cgroup() {
  trace::phase("make the cgroup");
  container_.make_cgroup();
  entry_ = container_.manager().entry();
}

process::NamespaceRequest Creation::namespace_request() {
  process::NamespaceRequest request;
  request.created = blueprint_.namespaces.created;
  request.joined = open_joined(blueprint_.namespaces);
  request.time_offsets = blueprint_.namespaces.time_offsets;
  if (sys::clone_into_cgroup_allowed()) request.cgroup = std::move(entry_.directory);
  request.cgroup_optional = entry_.directory_optional;
  if (::geteuid() != 0) request.oom_score_adj = blueprint_.host_settings.oom_score_adj;
  request.passed_fds = stage_.passed().count;
  request.streams = stage_.replaced_streams();
  if (blueprint_.namespaces.makes(CLONE_NEWUSER))
    request.user_limits = process::limits_of_users(blueprint_.init.launch.rlimits);
  return request;
}

/// Whether the plan can be sent before init exists: neither the plan nor anything that must come before it depends on init's
/// pid. (With joined namespaces a limit could stop the stage, which is in the cgroup for a moment.)
bool Creation::can_send_plan_early() const {
  const auto& namespaces = blueprint_.namespaces;
  const auto& init = blueprint_.init;
  const bool users = blueprint_.cgroup.rootless || namespaces.makes(CLONE_NEWUSER);
  const bool hooks = !init.create_container.empty() || !init.start_container.empty();
  const bool moved_later = entry_.directory.valid() || entry_.attach;
  return namespaces.joined.empty() && !users && !hooks && !moved_later && !blueprint_.rdt &&
         blueprint_.interfaces.empty();
}

/// The stage makes the namespaces while this process makes the cgroups, sets limits, and encodes the plan.
void Creation::spawn() {
  if (::geteuid() == 0) set_oom_score(stage_.pid());  // a clone has it, too
  const bool entered_later = cgroup::is_entered_later(blueprint_.cgroup, container_.manager().paths());
  if (!entered_later) make_cgroup();
  trace::phase("ask for init");
  container_.init_requested = true;
  const auto request = namespace_request();
  process::ask_for_init(stage_, request);
  if (entered_later) make_cgroup();
  const bool early = can_send_plan_early();
  if (early) {
    limit();
    send_plan();
  }
  const bool placed = await_init(request.cgroup.valid());
  if (!early) {
    limit();
    enter_rdt(blueprint_.rdt, container_.pid);
    move_interfaces();
    send_plan();
  }
  if (placed) stage_.send(process::Message::placed);  // init reads it after the plan
}

void Creation::set_oom_score(pid_t pid) const {
  if (blueprint_.host_settings.oom_score_adj) process::set_oom_score(pid, *blueprint_.host_settings.oom_score_adj);
}

/// pids.max comes later where init clones itself once more, into a joined pid namespace: both are in the cgroup then.
void Creation::limit() {
  trace::phase("set limits");
  container_.manager().apply_initial(clones_again_ ? cgroup::LimitPart::all_but_tasks : cgroup::LimitPart::all);
}

/// Leaves the groups of the process as they are.
void Creation::forgo_groups() {
  check_no_other_groups(blueprint_.init.launch.user);
  set_groups_ = false;
}

/// Whether init, which was to start in the cgroup and could not, has been moved there, and waits to hear of it.
bool Creation::await_init(bool starts_in_cgroup) {
  trace::phase("wait for the namespaces");
  const auto report = process::await_init(stage_, [&](pid_t pid) {
    if (!write_id_maps(pid, blueprint_.uid_mappings, blueprint_.gid_mappings)) forgo_groups();
  });
  clones_again_ = report.clones_again;
  container_.record_init(stage_.take());
  const bool in_user_ns = blueprint_.cgroup.rootless || (blueprint_.namespaces.created & CLONE_NEWUSER) != 0;
  if (in_user_ns && !may_set_groups(container_.pid)) forgo_groups();
  if (entry_.attach) entry_.attach(container_.pid);
  const auto& below = blueprint_.cgroup.subgroup;
  if (!below.empty()) cgroup::move_below(blueprint_.cgroup, container_.manager().paths(), below, container_.pid);
  const bool refused = starts_in_cgroup && !report.in_cgroup;
  if (refused || entry_.directory.valid()) container_.manager().add(container_.pid);
  return refused;
}

/// Init, whose root is the container's by now, has a clone in the joined pid namespace, which takes its place.
void Creation::on_init_cloned() {
  if (!std::exchange(clones_again_, false)) throw Error{"a message out of turn came from the container's init"};
  container_.record_init(stage_.pid());
  stage_.reap_exited_stages();
  container_.directory.prepare(container_.saved);
  container_.manager().apply_initial(cgroup::LimitPart::tasks);
  stage_.send(process::Message::placed, state_inside(Status::created));
}

/// The state for hooks that run in the container's namespaces; empty where there are none.
std::string Creation::state_inside(Status status) const {
  const auto& init = blueprint_.init;
  if (init.create_container.empty() && init.start_container.empty()) return {};
  auto saved = container_.saved;
  saved.init_pid = pid_inside(container_.pid);
  return spec::hook_state_json(make_state(saved, status));
}

void Creation::move_interfaces() {
  if (blueprint_.interfaces.empty()) return;
  // A namespace that is joined is named by its own path: init may not be in it yet.
  auto path = fmt::format("/proc/{}/ns/net", container_.pid);
  for (const auto& [flag, joined] : blueprint_.namespaces.joined) {
    if (flag == CLONE_NEWNET) path = joined;
  }
  const auto target = sys::open_at(AT_FDCWD, path, O_RDONLY);
  container_.interfaces.move(blueprint_.interfaces, target.get());
}

process::InitHandover Creation::handover() {
  process::InitHandover handover;
  handover.tasks_files = {std::move(entry_.tasks_files), std::move(entry_.optional_tasks_files)};
  if (blueprint_.init.waits_for_start) {
    handover.start_socket = process::listen_for_start(container_.directory.fd(), process::start_socket_name);
  }
  handover.passed = stage_.passed();
  handover.set_groups = set_groups_ && !blueprint_.keep_groups;
  handover.creating_state = state_inside(Status::creating);
  handover.created_state = state_inside(Status::created);
  if (!handover.created_state.empty()) handover.hook_output = process::open_hook_files(blueprint_.hook_files);
  return handover;
}

void Creation::send_plan() {
  trace::phase("send the plan");
  stage_.send_values(process::Message::plan, blueprint_.init, handover());
}

/// The lock is released while hooks run: a hook may hang, or use the container itself.
void Creation::serve_init() {
  const bool hooks = blueprint_.init.parent_hooks || !blueprint_.init.create_container.empty();
  if (!hooks) return serve_until_ready();
  container_.directory.unlocked([&] { serve_until_ready(); });
}

void Creation::serve_until_ready() {
  const StageServices services{stage_, container_.stdio, blueprint_.seccomp_agent, blueprint_.init.launch.rlimits,
                               [&] { return make_state(container_.saved, Status::creating); }};
  for (;;) {
    auto packet = stage_.receive();
    if (!packet) throw Error{fmt::format("{}: {}", in_init, exit_reason(container_.pid, container_.manager()))};
    switch (packet->type) {
      case process::Message::hooks: run_parent_hooks(); break;
      case process::Message::spawned: on_init_cloned(); break;
      case process::Message::source: send_source(packet->payload); break;
      default:
        if (!serve(services, container_.pid, std::move(*packet))) break;
        if (!clones_again_) return;
        throw Error{fmt::format("{}: init was ended before it had entered the pid namespace", in_init)};
    }
  }
}

void Creation::run_parent_hooks() {
  // A hook may ask for the container's state: it has a pid by now.
  const auto state = spec::hook_state_json(make_state(container_.saved, Status::creating));
  run_hooks("prestart", blueprint_.prestart, blueprint_.functions.get(), state, blueprint_.hook_files);
  run_hooks("createRuntime", blueprint_.create_runtime, blueprint_.functions.get(), state, blueprint_.hook_files);
  stage_.send(process::Message::hooks_done);
}

void Creation::send_source(std::string_view payload) {
  const auto index = wire::decode<std::uint32_t>(payload);
  const auto& step = blueprint_.init.rootfs.mounts.at(index);
  const auto mount_ns = sys::open_at(AT_FDCWD, fmt::format("/proc/{}/ns/mnt", container_.pid), O_RDONLY);
  const auto user_ns = step.id_map ? open_map_namespace(*step.id_map) : UniqueFd{};
  const auto source = rootfs::open_source(step, mount_ns.get(), user_ns.get(), blueprint_.init.rootfs.mount_label);
  stage_.send(process::Message::source, {}, {source.get()});
}

void Creation::keep_waiting() {
  with_reason([&] { stage_.send(process::Message::hold); });
  stage_.close();
}

void Creation::finish_start() {
  trace::phase("start");
  with_reason([&] {
    stage_.send(process::Message::start);
    // The end of the stream: close-on-exec has done its work.
    if (stage_.receive()) throw Error{"a message out of turn came from the container's init"};
  });
  container_.interfaces.keep();  // the process has them from here on, even if the creation fails
  stage_.close();
}

}  // namespace corten::container
