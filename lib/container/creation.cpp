// SPDX-License-Identifier: Apache-2.0
#include "container/creation.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/trace.hpp"
#include "base/wire.hpp"
#include "container/data.hpp"
#include "container/id_maps.hpp"
#include "container/outside.hpp"
#include "network/move_device.hpp"
#include "process/hold.hpp"
#include "process/hooks.hpp"
#include "process/spawn.hpp"
#include "rootfs/rootfs.hpp"
#include "sys/fd_passing.hpp"
#include "sys/file.hpp"
#include "sys/namespaces.hpp"
#include "sys/process_stat.hpp"
#include "sys/switches.hpp"

namespace corten::container {
namespace {

constexpr std::string_view starting = "unable to start container process";
constexpr std::string_view in_init = "error during container init";

std::vector<process::JoinedNamespace> open_joined(const config::NamespacePlan& namespaces) {
  std::vector<process::JoinedNamespace> joined;
  for (const auto& [flag, path] : namespaces.joined)
    joined.push_back({flag, sys::open_at(AT_FDCWD, path, O_RDONLY), path});
  return joined;
}

}  // namespace

Creation::Creation(Blueprint blueprint, StateDir& directory, Stdio& stdio)
    : blueprint_{std::move(blueprint)}, directory_{directory}, stdio_{stdio} {}

Creation::~Creation() {
  if (!committed_) undo();
}

void Creation::make() {
  with_context(starting, [&] {
    trace::phase("write state.json");
    manager().check_free();
    // Written before anything is made: a `delete --force` clears what a killed creator leaves.
    directory_.write(blueprint_.saved);
    // The kernel executes the init stage while we make directories in ten hierarchies.
    const bool later = manager().is_entered_later();
    if (!later) make_cgroup();
    spawn();
    if (later) make_cgroup();
    trace::phase("set limits");
    manager().apply(blueprint_.cgroup.resources);
    enter_rdt(blueprint_.rdt, pid_);
    if (blueprint_.outside.oom_score_adj) set_oom_score(pid_, *blueprint_.outside.oom_score_adj);
    move_interfaces();
    trace::phase("send the plan");
    send_plan();
    trace::phase("wait for the init stage");
    serve_until_ready();
    trace::phase("write state.json");
    stdio_.send_pidfd(pid_, "standard");
    // Not before: who finds a pid here may enter, and what init has not left yet is the host's file system.
    record_init();
  });
}

void Creation::make_cgroup() {
  trace::phase("make the cgroup");
  manager().create();
  cgroup_made_ = true;
  entry_ = manager().entry();
}

void Creation::spawn() {
  trace::phase("start the init stage");
  process::SpawnRequest request;
  request.new_namespaces = blueprint_.namespaces.created;
  request.joined = open_joined(blueprint_.namespaces);
  request.time_offsets = blueprint_.namespaces.time_offsets;
  request.preserve_fds = stdio_.passed();
  request.init_argument = "init";
  if (sys::clone_into_cgroup_allowed()) request.cgroup = entry_.directory.get();
  request.cgroup_optional = entry_.directory_optional;
  auto spawned = process::spawn_init(request, [&](pid_t pid) {
    const bool groups = write_id_maps(pid, blueprint_.uid_mappings, blueprint_.gid_mappings);
    if (!groups) blueprint_.init.launch.user.set_groups = false;
  });
  pid_ = spawned.pid;
  channel_ = std::move(spawned.channel);
  executable_ = std::move(spawned.executable);
  const bool in_user_ns = blueprint_.cgroup.rootless || (request.new_namespaces & CLONE_NEWUSER) != 0;
  if (in_user_ns && !may_set_groups(pid_)) blueprint_.init.launch.user.set_groups = false;
  if (entry_.attach) entry_.attach(pid_);
  if (entry_.directory.valid() && !spawned.in_cgroup) manager().add(pid_);
}

void Creation::move_interfaces() {
  if (blueprint_.interfaces.empty()) return;
  // A namespace that is joined is named by its own path: init may not be in it yet.
  auto path = fmt::format("/proc/{}/ns/net", pid_);
  for (const auto& [flag, joined] : blueprint_.namespaces.joined) {
    if (flag == CLONE_NEWNET) path = joined;
  }
  const auto target = sys::open_at(AT_FDCWD, path, O_RDONLY);
  for (const auto& device : blueprint_.interfaces) network::move_device(device, target.get());
}

void Creation::send_plan() {
  auto& init = blueprint_.init;
  std::vector<int> fds;
  for (const auto& file : entry_.tasks_files) fds.push_back(file.get());
  for (const auto& file : entry_.optional_tasks_files) fds.push_back(file.get());
  init.tasks_files = static_cast<unsigned>(entry_.tasks_files.size());
  init.optional_tasks_files = static_cast<unsigned>(entry_.optional_tasks_files.size());
  init.launch.preserve_fds = stdio_.passed();
  stdio_.add_environment(init.launch.env);
  UniqueFd start_socket;
  if (init.holds) {
    start_socket = process::listen_for_start(directory_.fd(), process::start_socket_name);
    fds.push_back(start_socket.get());
  }
  if (!init.create_container.empty() || !init.start_container.empty()) {
    auto saved = blueprint_.saved;
    saved.init_pid = pid_inside(pid_);
    init.creating_state = spec::hook_state_json(make_state(saved, Status::creating));
    init.created_state = spec::hook_state_json(make_state(saved, Status::created));
  }
  channel_.send(process::Message::plan, wire::encode(init), fds);
  entry_ = {};
}

void Creation::serve_until_ready() {
  for (;;) {
    auto packet = with_context(in_init, [&] { return channel_.receive(); });
    if (!packet) throw Error{fmt::format("{}: {}", in_init, describe_end(pid_, manager()))};
    switch (packet->type) {
      case process::Message::executed: executable_.reset(); break;
      case process::Message::ready: return;
      case process::Message::hooks: run_parent_hooks(); break;
      case process::Message::console: stdio_.take_console(std::move(*packet)); break;
      case process::Message::source: send_source(packet->payload); break;
      case process::Message::rlimit:
        set_rlimit(pid_, wire::decode<process::Rlimit>(packet->payload));
        channel_.send(process::Message::rlimit);
        break;
      case process::Message::seccomp: return pass_seccomp_listener(packet->payload);  // stands for `ready`
      default: throw Error{"a message out of turn came from the container's init"};
    }
  }
}

void Creation::run_parent_hooks() {
  // A hook may ask for the container's state: it has a pid by now.
  auto saved = blueprint_.saved;
  saved.init_pid = pid_;
  const auto state = spec::hook_state_json(make_state(saved, Status::creating));
  process::run_hooks("prestart", blueprint_.prestart, state);
  process::run_hooks("createRuntime", blueprint_.create_runtime, state);
  channel_.send(process::Message::hooks_done);
}

void Creation::send_source(std::string_view payload) {
  const auto index = wire::decode<std::uint32_t>(payload);
  const auto& step = blueprint_.init.rootfs.mounts.at(index);
  const auto mount_ns = sys::open_at(AT_FDCWD, fmt::format("/proc/{}/ns/mnt", pid_), O_RDONLY);
  const auto user_ns = step.id_map ? open_map_namespace(*step.id_map) : UniqueFd{};
  const auto source = rootfs::open_source(step, mount_ns.get(), user_ns.get(), blueprint_.init.rootfs.mount_label);
  channel_.send(process::Message::source, {}, {source.get()});
}

void Creation::pass_seccomp_listener(std::string_view payload) {
  auto saved = blueprint_.saved;
  saved.init_pid = pid_;
  pass_listener(blueprint_.seccomp_agent, pid_, wire::decode<int>(payload), make_state(saved, Status::creating));
}

void Creation::record_init() {
  const auto stat = sys::read_process_stat(pid_);
  if (!stat || stat->dead()) throw Error{fmt::format("{}: {}", in_init, describe_end(pid_, manager()))};
  blueprint_.saved.init_pid = pid_;
  blueprint_.saved.init_start_time = stat->start_time;
  directory_.write(blueprint_.saved);
}

void Creation::hold() {
  channel_.send(process::Message::hold);
  channel_.close();
}

void Creation::let_go() {
  trace::phase("start");
  with_context(starting, [&] {
    channel_.send(process::Message::start);
    // The end of the stream: close-on-exec has done its work.
    with_context(in_init, [&] {
      if (channel_.receive()) throw Error{"a message out of turn came from the container's init"};
    });
  });
  channel_.close();
}

void Creation::undo() noexcept {
  channel_.close();
  take_back(pid_, directory_, blueprint_.saved, cgroup_made_ ? &manager() : nullptr);
}

}  // namespace corten::container
