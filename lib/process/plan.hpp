// SPDX-License-Identifier: Apache-2.0
// What the parent sends to the init stage: plain values. config/ makes them from the spec; init/init_steps (a new container)
// and init/exec_steps (one more process in it) apply them.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/wire.hpp"
#include "process/passed_fds.hpp"
#include "rootfs/plan.hpp"
#include "security/capabilities.hpp"
#include "security/plan.hpp"

namespace corten::process {

struct Rlimit {
  int resource = 0;
  std::uint64_t soft = 0, hard = 0;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), Rlimit> { return std::tie(x.resource, x.soft, x.hard); }

/// What the parent sets on the process, with privileges that the process may lack in its user namespace.
struct HostSettings {
  std::optional<int> oom_score_adj;
  std::vector<std::uint64_t> initial_affinity;  // CPU mask of an exec'ed process until it is in the cgroup
};

/// sched_setattr(2).
struct Scheduler {
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0, deadline = 0, period = 0;
  bool beside_cpuset = false;  // the cgroup has a cpuset of its own: the kernel refuses SCHED_DEADLINE then
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), Scheduler> {
  return std::tie(x.policy, x.flags, x.nice, x.priority, x.runtime, x.deadline, x.period, x.beside_cpuset);
}

/// set_mempolicy(2): `mode` with its flags, `nodes` as a bit mask.
struct MemoryPolicy {
  int mode = 0;
  std::vector<std::uint64_t> nodes;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), MemoryPolicy> { return std::tie(x.mode, x.nodes); }

struct TerminalSize {
  std::uint16_t rows = 0, columns = 0;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), TerminalSize> { return std::tie(x.rows, x.columns); }

struct User {
  std::uint32_t uid = 0, gid = 0;
  std::vector<std::uint32_t> groups;
  bool set_groups = true;  // false where the user namespace forbids setgroups(2)
  std::optional<std::uint32_t> umask;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), User> {
  return std::tie(x.uid, x.gid, x.groups, x.set_groups, x.umask);
}

/// One process: what is set on it, in the order in which launch() applies it, and what it executes.
struct Launch {
  std::vector<std::string> args, env;  // env without duplicates
  std::string cwd;
  User user;
  bool terminal = false;
  std::optional<TerminalSize> terminal_size;
  std::vector<Rlimit> rlimits;
  std::optional<security::CapabilitySets> capabilities;
  bool no_new_privileges = false;
  std::optional<Scheduler> scheduler;
  std::optional<int> io_priority;  // ioprio_set(2)'s value
  std::optional<unsigned long> personality;
  std::optional<MemoryPolicy> memory_policy;
  std::vector<std::uint64_t> cpu_affinity;  // the mask to set once in the cgroup; empty: all CPUs of its cpuset
  security::LabelPlan labels;
  security::SeccompPlan seccomp;
  bool shows_listener =
      false;         // becomes dumpable first: a parent that is not root takes the listener from no other process
  PassedFds passed;  // the caller's descriptors that the process keeps
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), Launch> {
  return std::tie(x.args, x.env, x.cwd, x.user, x.terminal, x.terminal_size, x.rlimits, x.capabilities,
                  x.no_new_privileges, x.scheduler, x.io_priority, x.personality, x.memory_policy, x.cpu_affinity,
                  x.labels, x.seccomp, x.shows_listener, x.passed);
}

struct Hook {
  std::string path;
  std::vector<std::string> args, env;
  bool inherit_env = true;     // config.json has no env: the hook gets the runtime's
  std::optional<int> timeout;  // seconds
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), Hook> {
  return std::tie(x.path, x.args, x.env, x.inherit_env, x.timeout);
}

/// The namespaces and the cgroup of a container's init. It is sent before the InitPlan, together with the descriptors of
/// `joined`, in that order, and of the cgroup's directory.
struct NamespaceRequest {
  std::uint64_t created = 0;  // clone flags; init unshares CLONE_NEWCGROUP itself, once it is in its cgroup
  std::vector<std::pair<std::uint64_t, std::string>> joined;  // clone flag and path, for errors
  std::string time_offsets;          // /proc/PID/timens_offsets, with CLONE_NEWTIME in `created`
  bool into_cgroup = false;          // v2: starts in a cgroup (CLONE_INTO_CGROUP)
  bool cgroup_optional = false;      // starts outside of it where the kernel refuses
  std::optional<int> oom_score_adj;  // set by the stage where the parent is not root, and may not
  unsigned passed_fds = 0;           // number of descriptors from 3 on to keep
  std::vector<Rlimit> user_limits;   // limits of a new user namespace, for all its processes together
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), NamespaceRequest> {
  return std::tie(x.created, x.joined, x.time_offsets, x.into_cgroup, x.cgroup_optional, x.oom_score_adj, x.passed_fds,
                  x.user_limits);
}

/// A stage has cloned itself, and the clone takes its place.
struct CloneReport {
  pid_t pid = 0;  // of the clone; the stage's own: it has made a user namespace only; 0: it ended without a clone
  bool in_cgroup = false;     // the clone is in the requested cgroup
  bool maps_follow = false;   // it is in a new user namespace, and waits for its id maps
  bool last = true;           // it becomes the process, and does not clone itself again
  pid_t between = 0;          // a clone between the two, which has ended
  bool clones_again = false;  // clones itself once more, into a joined pid namespace, when its root is the container's
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), CloneReport> {
  return std::tie(x.pid, x.in_cgroup, x.maps_follow, x.last, x.between, x.clones_again);
}

/// The init stage of a new container.
struct InitPlan {
  bool debug = false;        // log debug lines
  unsigned tasks_files = 0;  // number of v1 cgroup files, to write "0" to, among the plan's descriptors; they come
  unsigned optional_tasks_files = 0;  // first, the optional ones, which may refuse, next, and the start socket last
  bool waits_for_start = false;       // `create`: waits for `start`
  bool early_ready = false;  // `run`: sends `ready` as soon as other processes may enter; a failure may still follow
  bool new_cgroup_namespace = false;
  bool loopback = false;                       // a new network namespace: bring `lo` up
  std::optional<std::string> session_keyring;  // name of a new one; none: keeps the caller's
  std::string hostname, domainname;
  rootfs::Plan rootfs;
  bool parent_hooks = false;  // the parent runs prestart or createRuntime hooks
  std::vector<Hook> create_container, start_container;
  std::string creating_state, created_state;  // compact state JSON, for the two kinds of hooks
  Launch launch;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), InitPlan> {
  return std::tie(x.debug, x.tasks_files, x.optional_tasks_files, x.waits_for_start, x.early_ready,
                  x.new_cgroup_namespace, x.loopback, x.session_keyring, x.hostname, x.domainname, x.rootfs,
                  x.parent_hooks, x.create_container, x.start_container, x.creating_state, x.created_state, x.launch);
}

/// One more process in a container that runs.
struct ExecPlan {
  bool debug = false;                                  // log debug lines
  unsigned tasks_files = 0, optional_tasks_files = 0;  // as in InitPlan; after them, with `into_cgroup`, a v2 cgroup's
  bool into_cgroup = false,
       cgroup_optional = false;                 // directory as in NamespaceRequest; the rest are for `namespaces`,
  std::uint64_t namespaces = 0;                 // the clone flags of those to join: one pidfd for all of them
  bool by_pidfd = true;                         // (Linux 5.8), or one descriptor each
  std::vector<std::uint64_t> initial_affinity;  // CPU mask until it is in the cgroup; empty: as the caller
  std::optional<int> oom_score_adj;
  bool placed = false;             // the parent puts it into the cgroup once it is there, and sends `placed`
  bool execs_without_ack = false;  // executes the process once it is ready, without waiting for the parent
  std::optional<std::string> session_keyring;
  Launch launch;

  /// Whether the process is a clone of the stage, whose pid the stage reports; else it is the stage.
  [[nodiscard]] bool is_cloned() const { return (namespaces & CLONE_NEWPID) != 0 || into_cgroup; }
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), ExecPlan> {
  return std::tie(x.debug, x.tasks_files, x.optional_tasks_files, x.into_cgroup, x.cgroup_optional, x.namespaces,
                  x.by_pidfd, x.initial_affinity, x.oom_score_adj, x.placed, x.execs_without_ack, x.session_keyring,
                  x.launch);
}

}  // namespace corten::process
