// SPDX-License-Identifier: Apache-2.0
// What the parent sends to the init stage: plain values, which do not change once they are made. config/ makes them from the
// spec; init/init_steps (a new container) and init/exec_steps (one more process in it) apply them. What is known only once
// the stage is there comes beside them (process/handover.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/wire.hpp"
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
  std::optional<std::uint32_t> umask;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), User> {
  return std::tie(x.uid, x.gid, x.groups, x.umask);
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
  bool shows_listener = false;  // becomes dumpable first: else only root could take the listener from it
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), Launch> {
  return std::tie(x.args, x.env, x.cwd, x.user, x.terminal, x.terminal_size, x.rlimits, x.capabilities,
                  x.no_new_privileges, x.scheduler, x.io_priority, x.personality, x.memory_policy, x.cpu_affinity,
                  x.labels, x.seccomp, x.shows_listener);
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

/// Files that what hooks print is appended to; empty: an excerpt of it is kept for the error.
struct HookFiles {
  std::string output, errors;
};

/// The init stage of a new container.
struct InitPlan {
  bool debug = false;            // log debug lines
  bool waits_for_start = false;  // `create`: waits for `start`
  bool early_ready = false;  // `run`: sends `ready` as soon as other processes may enter; a failure may still follow
  bool new_cgroup_namespace = false;
  bool loopback = false;                       // a new network namespace: bring `lo` up
  std::optional<std::string> session_keyring;  // name of a new one; none: keeps the caller's
  std::string hostname, domainname;
  rootfs::Plan rootfs;
  bool parent_hooks = false;  // the parent runs prestart or createRuntime hooks
  std::vector<Hook> create_container, start_container;
  Launch launch;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), InitPlan> {
  return std::tie(x.debug, x.waits_for_start, x.early_ready, x.new_cgroup_namespace, x.loopback, x.session_keyring,
                  x.hostname, x.domainname, x.rootfs, x.parent_hooks, x.create_container, x.start_container, x.launch);
}

/// One more process in a container that runs.
struct ExecPlan {
  bool debug = false;              // log debug lines
  bool execs_without_ack = false;  // executes the process without waiting for the parent, if it is in the cgroup
  std::vector<std::uint64_t> initial_affinity;  // CPU mask until it is in the cgroup; empty: as the caller
  std::optional<int> oom_score_adj;
  std::optional<std::string> session_keyring;
  Launch launch;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), ExecPlan> {
  return std::tie(x.debug, x.execs_without_ack, x.initial_affinity, x.oom_score_adj, x.session_keyring, x.launch);
}

}  // namespace corten::process
