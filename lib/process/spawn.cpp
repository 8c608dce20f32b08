// SPDX-License-Identifier: Apache-2.0
#include "process/spawn.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/log.hpp"
#include "base/trace.hpp"
#include "base/wire.hpp"
#include "process/sealed_exe.hpp"
#include "process/steps.hpp"
#include "sys/clone.hpp"
#include "sys/file.hpp"
#include "sys/namespaces.hpp"
#include "sys/syscall.hpp"

namespace corten::process {
namespace {

constexpr std::uint64_t made_by_init = CLONE_NEWCGROUP;

sys::Cloned clone_or_throw(const sys::CloneRequest& request) {
  const auto cloned = sys::clone_process(request);
  if (cloned.pid < 0) throw_errno("clone", -cloned.pid);
  return cloned;
}

/// The parent may have blocked signals to forward them; a container starts with none blocked.
void unblock_signals() {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// What a cloned child does. It is a copy of its parent: nothing may unwind into the parent's frames, whose guards would
/// undo the parent's work. So all is caught here, said over the channel, and the child ends.
template <class Body>
[[noreturn]] void run_child(const Channel& channel, Body&& body) noexcept {
  try {
    unblock_signals();
    body();
  } catch (const Error& error) {
    channel.send_failure(error.what(), error.code());
  } catch (const std::exception& error) {
    channel.send_failure(error.what(), 0);
  }
  ::_exit(1);
}

std::string joining(const JoinedNamespace& ns) {
  std::string_view kind;
  for (const auto& row : sys::namespace_kinds.rows) {
    if (row.value.flag == ns.flag) kind = row.name;
  }
  return fmt::format("joining the {} namespace at {}", kind, ns.path);
}

void join(const JoinedNamespace& ns) {
  sys::check([&] { return joining(ns); }, [&] { return ::setns(ns.fd.get(), static_cast<int>(ns.flag)); });
}

/// Joins in the order that privileges allow: a namespace that the caller's user namespace has no say over is tried again
/// once the joined user namespace has been entered; the mount namespace is last, since it changes what paths mean.
void join_all(const std::vector<JoinedNamespace>& joined) {
  const auto user = std::find_if(joined.begin(), joined.end(), [](const auto& ns) { return ns.flag == CLONE_NEWUSER; });
  std::vector<const JoinedNamespace*> later;
  for (const auto& ns : joined) {
    if (ns.flag == CLONE_NEWUSER || ns.flag == CLONE_NEWNS) continue;
    if (user != joined.end()) {
      const int result = sys::attempt([&] { return ::setns(ns.fd.get(), static_cast<int>(ns.flag)); });
      if (result == -EPERM) {
        later.push_back(&ns);
      } else if (result < 0) {
        throw_errno(joining(ns), -result);
      }
    } else {
      join(ns);
    }
  }
  const auto mount = std::find_if(joined.begin(), joined.end(), [](const auto& ns) { return ns.flag == CLONE_NEWNS; });
  bool mount_joined = mount == joined.end();
  if (user != joined.end()) {
    if (!mount_joined) mount_joined = ::setns(mount->fd.get(), CLONE_NEWNS) == 0;
    join(*user);
    // The ids of a user namespace's root: anything less has no capabilities after execve.
    static_cast<void>(::setresgid(0, 0, 0));
    static_cast<void>(::setresuid(0, 0, 0));
  }
  for (const auto* ns : later) join(*ns);
  if (!mount_joined) join(*mount);
}

/// Ids without a mapping would lose every capability at the execve of the init stage.
void become_root_of_user_namespace() {
  sys::check("setgid in the new user namespace", [] { return ::setresgid(0, 0, 0); });
  sys::check("setuid in the new user namespace", [] { return ::setresuid(0, 0, 0); });
}

void set_affinity(const std::vector<std::uint64_t>& mask) {
  if (mask.empty()) return;
  sys::check("setting the initial CPU affinity",
             [&] { return ::syscall(SYS_sched_setaffinity, 0, mask.size() * sizeof mask[0], mask.data()); });
}

/// The fallback switches are all that the init stage's environment holds.
std::vector<char*> init_environment() {
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::strncmp(*variable, "CORTEN_", 7) == 0) variables.push_back(*variable);
  }
  variables.push_back(nullptr);
  return variables;
}

void keep_over_exec(int fd) {
  sys::check("fcntl", [&] { return ::fcntl(fd, F_SETFD, 0); });
}

[[noreturn]] void execute_init(const SpawnRequest& request, const Channel& channel, int exe) {
  const auto channel_fd = std::to_string(channel.fd());
  const auto log_fd = std::to_string(log::descriptor());
  const auto trace = trace::handle();
  std::array<const char*, 6> arguments{
      init_name, request.init_argument.c_str(), channel_fd.c_str(), log_fd.c_str(), trace.c_str(), nullptr};
  const auto environment = init_environment();
  for (unsigned i = 0; i < request.preserve_fds; ++i) keep_over_exec(3 + static_cast<int>(i));
  keep_over_exec(channel.fd());
  if (log::descriptor() >= 0) keep_over_exec(log::descriptor());
  if (trace::descriptor() >= 0) keep_over_exec(trace::descriptor());
  ::execveat(exe, "", const_cast<char* const*>(arguments.data()), environment.data(), AT_EMPTY_PATH);
  throw_errno("executing corten's init stage", errno);
}

/// Whether a process must stand between: one that joins or makes what only its children are in, or what a new user
/// namespace would take its right to join.
bool needs_go_between(const SpawnRequest& request) {
  constexpr std::uint64_t for_children = CLONE_NEWPID | CLONE_NEWTIME | CLONE_NEWUSER;
  const bool new_user = (request.new_namespaces & CLONE_NEWUSER) != 0;
  if ((request.new_namespaces & CLONE_NEWTIME) != 0) return true;
  return std::any_of(request.joined.begin(), request.joined.end(),
                     [&](const auto& ns) { return new_user || (ns.flag & for_children) != 0; });
}

void write_time_offsets(const std::string& offsets) {
  if (!offsets.empty()) sys::write_file_at(AT_FDCWD, "/proc/self/timens_offsets", offsets);
}

/// An IPC namespace that is made together with a user namespace belongs to nobody, since no ids are mapped yet: the root
/// of its message queues would show that. Init makes it once the ids are there.
std::uint64_t made_by_clone(std::uint64_t namespaces) {
  const bool new_user = (namespaces & CLONE_NEWUSER) != 0;
  return namespaces & ~(made_by_init | (new_user ? CLONE_NEWIPC : 0U));
}

[[noreturn]] void become_init(const SpawnRequest& request, const Channel& channel, int exe, bool joined_already) {
  const bool new_user = (request.new_namespaces & CLONE_NEWUSER) != 0;
  if (new_user) {
    static_cast<void>(channel.expect(Message::mapped));
    become_root_of_user_namespace();
    if ((request.new_namespaces & CLONE_NEWIPC) != 0) {
      sys::check("unsharing the IPC namespace", [] { return ::unshare(CLONE_NEWIPC); });
    }
  }
  if (!joined_already) join_all(request.joined);
  set_affinity(request.affinity);
  execute_init(request, channel, exe);
}

/// The process between: joins, makes the time namespace, and clones the init stage as its own sibling.
[[noreturn]] void go_between(const SpawnRequest& request, const Channel& channel, int exe) {
  join_all(request.joined);
  auto flags = request.new_namespaces & ~made_by_init;
  if ((flags & CLONE_NEWTIME) != 0) {
    flags &= ~static_cast<std::uint64_t>(CLONE_NEWTIME);
    const bool unprivileged = ::geteuid() != 0;
    if (unprivileged && (flags & CLONE_NEWUSER) != 0) {
      // Without privileges a time namespace can only be made inside the new user namespace.
      flags &= ~static_cast<std::uint64_t>(CLONE_NEWUSER);
      sys::check("unsharing the user namespace", [] { return ::unshare(CLONE_NEWUSER); });
      channel.send(Message::need_mappings, wire::encode(::getpid()));
      static_cast<void>(channel.expect(Message::mapped));
      become_root_of_user_namespace();
    }
    sys::check("unsharing the time namespace", [] { return ::unshare(CLONE_NEWTIME); });
    write_time_offsets(request.time_offsets);
  }
  const pid_t pid = clone_or_throw({.flags = made_by_clone(flags), .sibling = true}).pid;
  if (pid == 0) {
    run_child(channel, [&] {
      SpawnRequest rest;
      rest.new_namespaces = flags;
      rest.affinity = request.affinity;
      rest.preserve_fds = request.preserve_fds;
      rest.init_argument = request.init_argument;
      become_init(rest, channel, exe, true);
    });
  }
  const bool maps_follow = (flags & CLONE_NEWUSER) != 0;
  channel.send(Message::spawned, wire::encode(std::pair<pid_t, bool>{pid, maps_follow}));
  ::_exit(0);
}

void reap(pid_t pid) {
  sys::attempt([&] { return ::waitpid(pid, nullptr, 0); });
}

/// Serves the go-between until it has named the init stage.
pid_t await_go_between(pid_t between, const Channel& channel, const MapIds& map_ids) {
  for (;;) {
    auto packet = channel.receive();
    if (packet && packet->type == Message::executed) continue;  // of the init stage, which may be quicker
    if (!packet) throw Error{"the process that joins the namespaces ended without a word"};
    if (packet->type == Message::need_mappings) {
      map_ids(between);
      channel.send(Message::mapped);
      continue;
    }
    const auto [pid, maps_follow] = wire::decode<std::pair<pid_t, bool>>(packet->payload);
    reap(between);
    if (maps_follow) {
      map_ids(pid);
      channel.send(Message::mapped);
    }
    return pid;
  }
}

}  // namespace

Spawned spawn_init(const SpawnRequest& request, const MapIds& map_ids) {
  log::debug(fmt::format("starting the {} stage", request.init_argument));
  auto ends = make_channel();
  auto exe = open_sealed_exe();
  const bool between = needs_go_between(request);
  const auto flags = between ? 0 : made_by_clone(request.new_namespaces);
  const auto cloned = clone_or_throw({.flags = flags, .cgroup = request.cgroup, .any_cgroup = request.cgroup_optional});
  if (cloned.pid == 0) {
    run_child(ends.child, [&] {
      ends.parent.close();
      between ? go_between(request, ends.child, exe.get()) : become_init(request, ends.child, exe.get(), false);
    });
  }
  ends.child.close();
  Spawned spawned{cloned.pid, cloned.in_cgroup, std::move(ends.parent), std::move(exe)};
  try {
    if (between) {
      spawned.pid = await_go_between(cloned.pid, spawned.channel, map_ids);
    } else if ((flags & CLONE_NEWUSER) != 0) {
      map_ids(cloned.pid);
      spawned.channel.send(Message::mapped);
    }
  } catch (...) {
    spawned.channel.close();  // whoever waits at its other end leaves
    ::kill(spawned.pid, SIGKILL);
    reap(spawned.pid);
    throw;
  }
  return spawned;
}

}  // namespace corten::process
