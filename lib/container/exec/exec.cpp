// SPDX-License-Identifier: Apache-2.0
// `exec`: one more process in a running container.
#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "api/container.hpp"
#include "base/log.hpp"
#include "base/namespace_kinds.hpp"
#include "base/wire.hpp"
#include "cgroup/statistics.hpp"
#include "config/annotations.hpp"
#include "config/exec_process.hpp"
#include "config/process.hpp"
#include "container/container_data.hpp"
#include "container/create/blueprint.hpp"
#include "container/exec/exec_cgroup.hpp"
#include "container/host_settings.hpp"
#include "container/rdt.hpp"
#include "container/stage_services.hpp"
#include "container/start_ahead.hpp"
#include "container/state/status.hpp"
#include "container/streams/stdio.hpp"
#include "security/labels.hpp"
#include "sys/file.hpp"
#include "sys/pidfd.hpp"
#include "sys/switches.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

constexpr std::string_view starting = "unable to start container process";

/// Whether `init` is in another namespace of this kind than the caller.
bool differs(pid_t init, std::string_view kind) {
  struct stat theirs {};
  struct stat ours {};
  return ::stat(fmt::format("/proc/{}/ns/{}", init, kind).c_str(), &theirs) == 0 &&
         ::stat(fmt::format("/proc/self/ns/{}", kind).c_str(), &ours) == 0 &&
         (theirs.st_ino != ours.st_ino || theirs.st_dev != ours.st_dev);
}

/// The namespaces in which the container's init is and the caller is not. Those made for the container differ for sure, and
/// need no stat(2); but joining one's own user namespace fails.
std::uint64_t namespaces_to_join(const spec::SavedState& saved) {
  std::uint64_t flags = 0;
  for (const auto& kind : namespace_kinds.rows) {
    const auto& [flag, file] = kind.value;
    const auto made = std::pair{std::string{kind.name}, std::string{}};
    const bool own =
        flag != CLONE_NEWUSER && std::ranges::find(saved.namespace_paths, made) != saved.namespace_paths.end();
    if (own || differs(saved.init_pid, file)) flags |= flag;
  }
  return flags;
}

/// A descriptor of each: the user namespace first, the mount namespace last.
std::vector<UniqueFd> open_namespaces(pid_t init, std::uint64_t flags) {
  std::vector<UniqueFd> fds;
  const auto add = [&](bool (*wanted)(std::uint64_t)) {
    for (const auto& kind : namespace_kinds.rows) {
      if ((flags & kind.value.flag) == 0 || !wanted(kind.value.flag)) continue;
      fds.push_back(sys::open_at(AT_FDCWD, fmt::format("/proc/{}/ns/{}", init, kind.value.file), O_RDONLY));
    }
  };
  add([](std::uint64_t flag) { return flag == CLONE_NEWUSER; });
  add([](std::uint64_t flag) { return flag != CLONE_NEWUSER && flag != CLONE_NEWNS; });
  add([](std::uint64_t flag) { return flag == CLONE_NEWNS; });
  return fds;
}

/// Brings a process into the container, and ends it where that fails.
class ExecSession {
 public:
  ExecSession(const Container::Data& container, const ExecOptions& options, const process::ExecPlan& plan,
              std::shared_ptr<process::Stage> stage, Stdio& stdio, SeccompAgent agent,
              const config::Annotations& annotations)
      : container_{container},
        options_{options},
        plan_{plan},
        waits_for_ack_{!plan.execs_without_ack},
        stage_{std::move(stage)},
        stdio_{stdio},
        agent_{std::move(agent)},
        manager_{container.cgroup()},
        below_{!annotations.subgroup.empty() || !annotations.delegated.empty()} {
    handover_.set_groups = !annotations.keep_groups;
  }

  /// As run(). Where a step fails because the process has ended, the process's own failure is the error.
  void run_with_reason() {
    try {
      run();
    } catch (const Error&) {
      if (const auto said = stage_->sent_failure()) std::rethrow_exception(said);
      throw;
    }
  }

  void run() {
    auto pidfd = sys::open_pidfd(container_.saved.init_pid);
    if (!pidfd || !init_alive(container_.saved)) throw Error{"cannot exec in a stopped container", ErrorKind::stopped};
    hand_over_namespaces(std::move(*pidfd));
    handover_.passed = stage_->passed();
    enter();
    serve_until_ready();
    stage_->reap_exited_stages();
    stdio_.send_pidfd(stage_->pid(), "setns");
    if (waits_for_ack_) stage_->send(process::Message::start);
    if (stage_->receive()) throw Error{"a message out of turn came from the exec'ed process"};
    stdio_.write_pid_file(stage_->pid());  // while a failure still ends the process
    pid_ = stage_->take();
  }

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  void hand_over_namespaces(UniqueFd pidfd) {
    handover_.namespaces = namespaces_to_join(container_.saved);
    const bool in_user_ns = container_.saved.rootless || (handover_.namespaces & CLONE_NEWUSER) != 0;
    if (in_user_ns && !may_set_groups(container_.saved.init_pid)) {
      check_no_other_groups(plan_.launch.user);
      handover_.set_groups = false;
    }
    if (!sys::pidfd_setns_allowed()) {
      handover_.namespace_files = open_namespaces(container_.saved.init_pid, handover_.namespaces);
    } else if (handover_.namespaces != 0) {
      handover_.pidfd = std::move(pidfd);
    }
  }

  [[nodiscard]] cgroup::Entry open_entry() const {
    if (below_ && options_.cgroup.empty()) return manager_->entry_beside(container_.saved.init_pid);
    return exec_entry(*manager_, options_.cgroup, container_.saved.init_pid);
  }

  void enter() {
    auto entry = open_entry();
    const bool enters =
        entry.attach || entry.directory.valid() || !entry.tasks_files.empty() || !entry.optional_tasks_files.empty();
    try {
      return enter(std::move(entry));
    } catch (const Error& error) {
      const bool stays = may_stay_outside(error.code());
      if (error.code() == EAGAIN && enters) return enter_at_limit();
      if (!handover_.cgroup.valid() || (error.code() != EBUSY && !stays)) throw;
      stage_->end();
      if (!options_.cgroup.empty()) throw_errno("error adding pid of the new process to cgroups", error.code());
      // EBUSY: the container moved its processes to a cgroup below, and v2 allows none in between: go where init is.
      entry = stays ? cgroup::Entry{} : manager_->entry_beside(container_.saved.init_pid);
    }
    start_again();
    enter(std::move(entry));
  }

  /// The stage is in the cgroup together with its clone for a moment. Where pids.max allows one process only, the clone is
  /// moved in later, which takes longer: the kernel waits for RCU.
  void enter_at_limit() {
    stage_->end();  // it counts until it has been waited for
    const auto tasks = cgroup::read_statistics(manager_->paths()).pids;
    if (tasks.limit != 0 && tasks.current >= tasks.limit) {
      throw Error{
          fmt::format(
              "clone: {}: the container has {} of at most {} tasks (pids.limit; `update --pids-limit` raises it)",
              errno_text(EAGAIN), tasks.current, tasks.limit),
          EAGAIN};
    }
    start_again();
    handover_.placed = true;
    handover_.tasks_files = {};
    handover_.cgroup.reset();
    enter_rdt();
    send_plan();
    place(open_entry());
  }

  void start_again() {
    stage_ = std::make_shared<process::Stage>(process::stage_kind::exec, container_.settings.init_file,
                                              stage_->passed(), stage_->streams());
  }

  void place(const cgroup::Entry& entry) const {
    const auto pid = std::to_string(stage_->pid());
    const auto move = [&](const UniqueFd& file) {
      return sys::attempt([&] { return ::write(file.get(), pid.data(), pid.size()); });
    };
    for (const auto& file : entry.tasks_files) {
      if (const auto result = move(file); result < 0)
        throw_errno(fmt::format("error adding pid {} to cgroups", pid), static_cast<int>(-result));
    }
    for (const auto& file : entry.optional_tasks_files) move(file);
    if (entry.directory.valid()) enter_by_pid(entry.directory, entry.directory_optional);
    if (entry.attach) attach(entry);
    stage_->send(process::Message::placed);
  }

  /// Returns once the process is in the cgroup and the namespaces.
  void enter(cgroup::Entry entry) {
    waits_for_ack_ = !plan_.execs_without_ack;
    if (entry.attach) attach(entry);
    enter_rdt();
    handover_.tasks_files = {std::move(entry.tasks_files), std::move(entry.optional_tasks_files)};
    handover_.cgroup.reset();
    handover_.cgroup_optional = entry.directory_optional;
    if (sys::clone_into_cgroup_allowed()) {
      handover_.cgroup = std::move(entry.directory);
    } else if (entry.directory.valid()) {
      enter_by_pid(entry.directory, entry.directory_optional);
    }
    const bool in_cgroup = send_plan();
    if (!handover_.cgroup.valid() || in_cgroup) return;
    waits_for_ack_ = true;  // as the process sees, too
    enter_by_pid(handover_.cgroup, handover_.cgroup_optional);
  }

  /// Returns once the process is in the namespaces: whether it is in the cgroup of the handover.
  bool send_plan() {
    stage_->send_values(process::Message::plan, plan_, handover_);
    bool in_cgroup = false;
    for (bool there = !handover_.is_cloned(); !there;) {
      const auto report = stage_->await_clone();
      if (report.pid == 0) throw Error{exit_reason(stage_->take(), *manager_)};
      in_cgroup = in_cgroup || report.in_cgroup;
      there = report.last;
    }
    return in_cgroup;
  }

  /// A user without permission for cgroups has containers without a cgroup; a process that joins one needs none either.
  [[nodiscard]] bool may_stay_outside(int code) const {
    return container_.saved.rootless && options_.cgroup.empty() && (code == EACCES || code == EPERM);
  }

  void enter_rdt() const {
    const auto group = rdt_group(container_.saved);
    const auto root = group.path.empty() ? std::nullopt : rdt::find_root();
    if (!root) return;
    const pid_t pid = stage_->pid();
    with_context(fmt::format("error adding pid {} to Intel RDT", pid), [&] { rdt::add_process(*root, group, pid); });
  }

  void attach(const cgroup::Entry& entry) const {
    try {
      entry.attach(stage_->pid());
    } catch (const Error& error) {
      // A container may have moved its processes to a cgroup below, as in enter().
      const auto beside = manager_->entry_beside(container_.saved.init_pid);
      if (!options_.cgroup.empty() || !beside.attach) throw;
      log::debug(error.message());
      beside.attach(stage_->pid());
    }
  }

  /// Moves the process into the cgroup that was opened, which may be below the container's; or into init's, as in
  /// enter().
  void enter_by_pid(const UniqueFd& directory, bool optional) const {
    int code = try_enter(directory);
    if (optional) return;
    if (code == EBUSY && options_.cgroup.empty()) {
      code = try_enter(manager_->entry_beside(container_.saved.init_pid).directory);
    }
    if (code != 0 && !may_stay_outside(code))
      throw_errno(fmt::format("error adding pid {} to cgroups", stage_->pid()), code);
  }

  /// 0, or the errno of the open or the write.
  [[nodiscard]] int try_enter(const UniqueFd& directory) const {
    const UniqueFd procs{sys::attempt([&] { return ::openat(directory.get(), "cgroup.procs", O_WRONLY | O_CLOEXEC); })};
    if (!procs.valid()) return -procs.get();
    const auto text = std::to_string(stage_->pid());
    const auto result = sys::attempt([&] { return ::write(procs.get(), text.data(), text.size()); });
    return result < 0 ? static_cast<int>(-result) : 0;
  }

  void serve_until_ready() {
    const StageServices services{*stage_, stdio_, agent_, plan_.launch.rlimits,
                                 [&] { return make_state(container_.saved, Status::running); }};
    for (;;) {
      auto packet = stage_->receive();
      if (!packet) throw Error{exit_reason(stage_->take(), *manager_)};
      if (serve(services, stage_->pid(), std::move(*packet))) return;
    }
  }

  const Container::Data& container_;
  const ExecOptions& options_;
  const process::ExecPlan& plan_;
  process::ExecHandover handover_;
  bool waits_for_ack_;
  std::shared_ptr<process::Stage> stage_;
  Stdio& stdio_;
  SeccompAgent agent_;
  std::unique_ptr<cgroup::Manager> manager_;
  bool below_;  // the container's processes are in a cgroup below its own
  pid_t pid_ = 0;
};

process::ExecPlan plan_exec(const Container::Data& container, const spec::Process& process, const spec::Linux& platform,
                            const config::Annotations& annotations, const StdioOptions& stdio) {
  process::ExecPlan plan;
  plan.debug = log::debug_enabled();
  if (!container.saved.no_new_keyring) plan.session_keyring = "_ses." + container.id;
  plan.launch = config::plan_launch(process);
  config::add_platform(plan.launch, platform);
  security::check_labels(plan.launch.labels);
  plan.launch.seccomp = plan_seccomp(container.settings.root, platform, annotations);
  plan.launch.shows_listener = ::geteuid() != 0;
  plan.launch.cpu_affinity = config::plan_final_affinity(process);
  add_listen_fds(plan.launch.env, stdio);
  plan.execs_without_ack = execs_without_ack(stdio, plan.launch);
  const auto settings = config::plan_host_settings(process);
  plan.initial_affinity = settings.initial_affinity;
  plan.oom_score_adj = settings.oom_score_adj;
  return plan;
}

}  // namespace

Process Container::exec(const ExecOptions& options) {
  auto stage = options.stage ? options.stage : start_stage(process::stage_kind::exec, data_->settings, options.stdio);
  const auto now = status();
  if (now == Status::stopped) throw Error{"cannot exec in a stopped container", ErrorKind::stopped};
  if (now == Status::paused && !options.ignore_paused)
    throw Error{"cannot exec in a paused container (use --ignore-paused to override)", ErrorKind::paused};
  const auto& own = config();
  const auto process = config::merge_process(own.process.value_or(spec::Process{}), options.process);
  const auto platform = own.platform.value_or(spec::Linux{});
  const auto annotations = config::read_annotations(own.annotations);
  const auto plan = with_kind(ErrorKind::invalid_config, [&] {
    config::check_process(process);
    return plan_exec(*data_, process, platform, annotations, options.stdio);
  });
  Stdio stdio{options.stdio, process.terminal};
  ExecSession session{*data_, options, plan, std::move(stage), stdio, agent_of(platform, annotations), annotations};
  with_context(starting, [&] { session.run_with_reason(); });
  return {session.pid(), stdio.take_master()};
}

}  // namespace corten::container
