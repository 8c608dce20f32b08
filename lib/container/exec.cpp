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

#include "base/log.hpp"
#include "base/wire.hpp"
#include "config/process.hpp"
#include "container/blueprint.hpp"
#include "container/data.hpp"
#include "container/exec_cgroup.hpp"
#include "container/foreground.hpp"
#include "container/outside.hpp"
#include "container/rdt.hpp"
#include "container/stdio.hpp"
#include "corten/container.hpp"
#include "process/spawn.hpp"
#include "security/labels.hpp"
#include "sys/file.hpp"
#include "sys/namespaces.hpp"
#include "sys/pidfd.hpp"
#include "sys/switches.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

constexpr std::string_view starting = "unable to start container process";

/// Is `init` in another namespace of this kind than we are?
bool differs(pid_t init, std::string_view kind) {
  struct stat theirs {};
  struct stat ours {};
  return ::stat(fmt::format("/proc/{}/ns/{}", init, kind).c_str(), &theirs) == 0 &&
         ::stat(fmt::format("/proc/self/ns/{}", kind).c_str(), &ours) == 0 &&
         (theirs.st_ino != ours.st_ino || theirs.st_dev != ours.st_dev);
}

/// The namespaces in which the container's init is and we are not. Those that were made for it need no look (two slow
/// calls each), but for the user namespace: to join one's own is refused.
std::uint64_t namespaces_to_join(const spec::SavedState& saved) {
  std::uint64_t flags = 0;
  for (const auto& kind : sys::namespace_kinds.rows) {
    const auto& [flag, file] = kind.value;
    const auto made = std::pair{std::string{kind.name}, std::string{}};
    const bool own =
        flag != CLONE_NEWUSER && std::ranges::find(saved.namespace_paths, made) != saved.namespace_paths.end();
    if (own || differs(saved.init_pid, file)) flags |= flag;
  }
  return flags;
}

/// One pidfd for all namespaces (Linux 5.8), or a descriptor each: the user namespace first, the mount namespace last.
std::vector<UniqueFd> open_namespaces(pid_t init, const UniqueFd& pidfd, std::uint64_t flags) {
  std::vector<UniqueFd> fds;
  if (flags == 0) return fds;
  if (sys::pidfd_setns_allowed()) {
    fds.emplace_back(sys::check("fcntl", [&] { return ::fcntl(pidfd.get(), F_DUPFD_CLOEXEC, 3); }));
    return fds;
  }
  const auto add = [&](bool (*wanted)(std::uint64_t)) {
    for (const auto& kind : sys::namespace_kinds.rows) {
      if ((flags & kind.value.flag) == 0 || !wanted(kind.value.flag)) continue;
      fds.push_back(sys::open_at(AT_FDCWD, fmt::format("/proc/{}/ns/{}", init, kind.value.file), O_RDONLY));
    }
  };
  add([](std::uint64_t flag) { return flag == CLONE_NEWUSER; });
  add([](std::uint64_t flag) { return flag != CLONE_NEWUSER && flag != CLONE_NEWNS; });
  add([](std::uint64_t flag) { return flag == CLONE_NEWNS; });
  return fds;
}

/// The process on its way into the container; ended where it does not get there.
class Joining {
 public:
  Joining(const Container::Data& container, const ExecOptions& options, Stdio& stdio, SeccompAgent agent)
      : container_{container},
        options_{options},
        stdio_{stdio},
        agent_{std::move(agent)},
        manager_{container.cgroup()} {}
  Joining(const Joining&) = delete;
  Joining& operator=(const Joining&) = delete;
  Joining(Joining&&) = delete;
  Joining& operator=(Joining&&) = delete;
  ~Joining() {
    if (done_ || pid_ <= 0) return;
    channel_.close();
    ::kill(pid_, SIGKILL);
    sys::attempt([&] { return ::waitpid(pid_, nullptr, 0); });
  }

  void run(process::ExecPlan plan, const process::Outside& outside) {
    const auto pidfd = sys::open_pidfd(container_.saved.init_pid);
    if (!pidfd || !init_alive(container_.saved)) throw Error{"cannot exec in a stopped container"};
    auto entry = exec_entry(*manager_, options_.cgroup, container_.saved.init_pid);
    spawn(entry, outside);
    if (outside.oom_score_adj) set_oom_score(pid_, *outside.oom_score_adj);
    send_plan(std::move(plan), entry, *pidfd);
    serve_until_ready();
    stdio_.send_pidfd(pid_, "setns");
    channel_.send(process::Message::start);
    if (channel_.receive()) throw Error{"a message out of turn came from the exec'ed process"};
    stdio_.write_pid_file(pid_);
    done_ = true;
  }

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  void spawn(cgroup::Entry& entry, const process::Outside& outside) {
    process::SpawnRequest request;
    request.init_argument = "exec";
    request.preserve_fds = stdio_.passed();
    request.affinity = outside.initial_affinity;
    if (sys::clone_into_cgroup_allowed()) request.cgroup = entry.directory.get();
    request.cgroup_optional = entry.directory_optional;
    auto spawned = spawn_in(entry, request);
    pid_ = spawned.pid;
    channel_ = std::move(spawned.channel);
    executable_ = std::move(spawned.executable);
    if (entry.attach) attach(entry);
    if (entry.directory.valid() && !spawned.in_cgroup) enter(entry);
    enter_rdt();
  }

  process::Spawned spawn_in(cgroup::Entry& entry, process::SpawnRequest& request) {
    try {
      return process::spawn_init(request, {});
    } catch (const Error& error) {
      const bool stays = may_stay_outside(error.code());
      if (request.cgroup < 0 || (error.code() != EBUSY && !stays)) throw;
      if (!options_.cgroup.empty()) throw_errno("error adding pid of the new process to cgroups", error.code());
      // EBUSY: the container moved its processes to a cgroup below, and v2 allows none in between: go where init is.
      entry = stays ? cgroup::Entry{} : manager_->entry_beside(container_.saved.init_pid);
    }
    request.cgroup = entry.directory.get();
    return process::spawn_init(request, {});
  }

  /// A user without permission for cgroups has containers outside of them, and what joins these is outside, too.
  [[nodiscard]] bool may_stay_outside(int code) const {
    return container_.saved.rootless && options_.cgroup.empty() && (code == EACCES || code == EPERM);
  }

  void enter_rdt() const {
    const auto group = rdt_group(container_.saved);
    const auto root = group.path.empty() ? std::nullopt : rdt::find_root();
    if (!root) return;
    with_context(fmt::format("error adding pid {} to Intel RDT", pid_), [&] { rdt::add_process(*root, group, pid_); });
  }

  void attach(const cgroup::Entry& entry) const {
    try {
      entry.attach(pid_);
    } catch (const Error& error) {
      // A container may have moved its processes to a cgroup below, as in spawn().
      const auto beside = manager_->entry_beside(container_.saved.init_pid);
      if (!options_.cgroup.empty() || !beside.attach) throw;
      log::debug(error.message());
      beside.attach(pid_);
    }
  }

  /// Into the very cgroup that was opened, which may be one below the container's; or to where init is, as in spawn().
  void enter(const cgroup::Entry& entry) const {
    int code = try_enter(entry.directory);
    if (entry.directory_optional) return;
    if (code == EBUSY && options_.cgroup.empty()) {
      code = try_enter(manager_->entry_beside(container_.saved.init_pid).directory);
    }
    if (code != 0 && !may_stay_outside(code)) throw_errno(fmt::format("error adding pid {} to cgroups", pid_), code);
  }

  /// 0, or the errno of the open or the write.
  [[nodiscard]] int try_enter(const UniqueFd& directory) const {
    const UniqueFd procs{sys::attempt([&] { return ::openat(directory.get(), "cgroup.procs", O_WRONLY | O_CLOEXEC); })};
    if (!procs.valid()) return -procs.get();
    const auto text = std::to_string(pid_);
    const auto result = sys::attempt([&] { return ::write(procs.get(), text.data(), text.size()); });
    return result < 0 ? static_cast<int>(-result) : 0;
  }

  void send_plan(process::ExecPlan plan, const cgroup::Entry& entry, const UniqueFd& pidfd) {
    plan.namespaces = namespaces_to_join(container_.saved);
    const bool in_user_ns = container_.saved.rootless || (plan.namespaces & CLONE_NEWUSER) != 0;
    if (in_user_ns && !may_set_groups(container_.saved.init_pid)) plan.launch.user.set_groups = false;
    followed_ = (plan.namespaces & CLONE_NEWPID) == 0;
    const auto namespaces = open_namespaces(container_.saved.init_pid, pidfd, plan.namespaces);
    std::vector<int> fds;
    for (const auto& file : entry.tasks_files) fds.push_back(file.get());
    for (const auto& file : entry.optional_tasks_files) fds.push_back(file.get());
    for (const auto& ns : namespaces) fds.push_back(ns.get());
    plan.tasks_files = static_cast<unsigned>(entry.tasks_files.size());
    plan.optional_tasks_files = static_cast<unsigned>(entry.optional_tasks_files.size());
    channel_.send(process::Message::plan, wire::encode(plan), fds);
  }

  void serve_until_ready() {
    for (;;) {
      auto packet = next_packet();
      if (!packet) throw Error{describe_end(pid_, *manager_)};
      switch (packet->type) {
        case process::Message::executed: executable_.reset(); break;
        case process::Message::ready: return;
        case process::Message::spawned: follow(wire::decode<pid_t>(packet->payload)); break;
        case process::Message::seccomp: return pass_seccomp_listener(packet->payload);  // stands for `ready`
        case process::Message::console: stdio_.take_console(std::move(*packet)); break;
        case process::Message::rlimit:
          set_rlimit(pid_, wire::decode<process::Rlimit>(packet->payload));
          channel_.send(process::Message::rlimit);
          break;
        default: throw Error{"a message out of turn came from the exec'ed process"};
      }
    }
  }

  void pass_seccomp_listener(std::string_view payload) {
    pass_listener(agent_, pid_, wire::decode<int>(payload), make_state(container_.saved, Status::running));
  }

  /// The process that is in the pid namespace may be heard before the one that made it has said which it is.
  std::optional<process::Packet> next_packet() {
    if (!early_.empty() && followed_) {
      auto packet = std::move(early_.front());
      early_.erase(early_.begin());
      return packet;
    }
    for (;;) {
      auto packet = channel_.receive();
      if (!packet || followed_ || packet->type == process::Message::spawned) return packet;
      if (packet->type == process::Message::executed) return packet;
      early_.push_back(std::move(*packet));
    }
  }

  /// The one that joined the pid namespace goes on; the one before it ends.
  void follow(pid_t pid) {
    sys::attempt([&] { return ::waitpid(pid_, nullptr, 0); });
    pid_ = pid;
    followed_ = true;
  }

  const Container::Data& container_;
  const ExecOptions& options_;
  Stdio& stdio_;
  SeccompAgent agent_;
  std::unique_ptr<cgroup::Manager> manager_;
  process::Channel channel_;
  UniqueFd executable_;
  std::vector<process::Packet> early_;
  pid_t pid_ = 0;
  bool followed_ = false;  // pid_ is the process itself
  bool done_ = false;
};

/// What the process does not name it has like the container's own, as in runc; and its AppArmor profile, which runc would
/// leave away: a `--process` that says nothing is not a way out of it ("unconfined" is).
spec::Process completed(spec::Process process, const spec::Process& own) {
  if (process.apparmor_profile.empty()) process.apparmor_profile = own.apparmor_profile;
  if (process.selinux_label.empty()) process.selinux_label = own.selinux_label;
  if (!process.user.umask) process.user.umask = own.user.umask;
  if (!process.capabilities) process.capabilities = own.capabilities;
  if (!process.oom_score_adj) process.oom_score_adj = own.oom_score_adj;
  if (!process.io_priority) process.io_priority = own.io_priority;
  if (!process.scheduler) process.scheduler = own.scheduler;
  if (!process.exec_cpu_affinity) process.exec_cpu_affinity = own.exec_cpu_affinity;
  return process;
}

process::ExecPlan plan_exec(const Container::Data& container, const spec::Process& process, const spec::Linux& platform,
                            const Stdio& stdio) {
  process::ExecPlan plan;
  plan.log = {log::format() == log::Format::json, log::debug_enabled()};
  if (!container.saved.no_new_keyring) plan.session_keyring = "_ses." + container.id;
  plan.launch = config::plan_launch(process);
  config::add_platform(plan.launch, platform);
  security::check_labels(plan.launch.labels);
  plan.launch.seccomp = plan_seccomp(container.settings.root, platform);
  plan.launch.preserve_fds = stdio.passed();
  plan.launch.cpu_affinity = config::plan_final_affinity(process);
  stdio.add_environment(plan.launch.env);
  return plan;
}

}  // namespace

int Container::exec(const ExecOptions& options) {
  check_passed(options.stdio);
  close_inherited_on_exec();
  const auto now = status();
  if (now == Status::stopped) throw Error{"cannot exec in a stopped container"};
  if (now == Status::paused && !options.ignore_paused)
    throw Error{"cannot exec in a paused container (use --ignore-paused to override)"};
  config::check_process(options.process);
  const bool detach = options.stdio.detach;
  Stdio stdio{options.stdio, options.process.terminal};
  const auto& own = config();
  const auto platform = own.platform.value_or(spec::Linux{});
  const auto process = completed(options.process, own.process.value_or(spec::Process{}));
  auto plan = plan_exec(*data_, process, platform, stdio);
  const auto outside = config::plan_outside(process);
  std::optional<Foreground> foreground;
  if (!detach) foreground.emplace(!options.stdio.no_subreaper, options.process.terminal);
  Joining joining{*data_, options, stdio, agent_of(platform)};
  with_context(starting, [&] { joining.run(std::move(plan), outside); });
  return detach ? 0 : foreground->wait(joining.pid(), stdio.master());
}

}  // namespace corten::container
