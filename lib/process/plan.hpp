// SPDX-License-Identifier: Apache-2.0
// What the init stage is told: plain values, made by config/ from the spec, sent over the channel, applied in the
// container by init_steps (a new container) or exec_steps (one more process in it).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/wire.hpp"
#include "network/plan.hpp"
#include "rootfs/plan.hpp"
#include "security/capabilities.hpp"
#include "security/plan.hpp"

namespace corten::process {

struct Rlimit {
  int resource = 0;
  std::uint64_t soft = 0, hard = 0;
};
constexpr auto members(auto& x)
  requires wire::Is<decltype(x), Rlimit>
{
  return std::tie(x.resource, x.soft, x.hard);
}

/// sched_setattr(2).
struct Scheduler {
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0, deadline = 0, period = 0;
};
constexpr auto members(auto& x)
  requires wire::Is<decltype(x), Scheduler>
{
  return std::tie(x.policy, x.flags, x.nice, x.priority, x.runtime, x.deadline, x.period);
}

/// set_mempolicy(2): `mode` with its flags, `nodes` as a bit mask.
struct MemoryPolicy {
  int mode = 0;
  std::vector<std::uint64_t> nodes;
};
constexpr auto members(auto& x)
  requires wire::Is<decltype(x), MemoryPolicy>
{
  return std::tie(x.mode, x.nodes);
}

struct TerminalSize {
  std::uint16_t rows = 0, columns = 0;
};
constexpr auto members(auto& x)
  requires wire::Is<decltype(x), TerminalSize>
{
  return std::tie(x.rows, x.columns);
}

struct User {
  std::uint32_t uid = 0, gid = 0;
  std::vector<std::uint32_t> groups;
  bool set_groups = true;  // false where the user namespace forbids setgroups(2)
  std::optional<std::uint32_t> umask;
};
constexpr auto members(auto& x)
  requires wire::Is<decltype(x), User>
{
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
  std::optional<std::string> oom_score_adj;
  std::optional<std::vector<std::uint64_t>> cpu_affinity;  // the mask that exec sets once in the cgroup
  security::LabelPlan labels;
  security::SeccompPlan seccomp;
  unsigned preserve_fds = 0;  // descriptors 3, 4, ... that the process keeps
};
constexpr auto members(auto& x)
  requires wire::Is<decltype(x), Launch>
{
  return std::tie(x.args, x.env, x.cwd, x.user, x.terminal, x.terminal_size, x.rlimits, x.capabilities,
                  x.no_new_privileges, x.scheduler, x.io_priority, x.personality, x.memory_policy, x.oom_score_adj,
                  x.cpu_affinity, x.labels, x.seccomp, x.preserve_fds);
}

struct Hook {
  std::string path;
  std::vector<std::string> args, env;
  bool inherit_env = true;  // the spec gives no env: the hook gets the runtime's
  std::optional<int> timeout;  // seconds
};
constexpr auto members(auto& x)
  requires wire::Is<decltype(x), Hook>
{
  return std::tie(x.path, x.args, x.env, x.inherit_env, x.timeout);
}

/// Where messages of the init stage go.
struct LogTarget {
  bool json = false, debug = false;
};
constexpr auto members(auto& x)
  requires wire::Is<decltype(x), LogTarget>
{
  return std::tie(x.json, x.debug);
}

/// The init stage of a new container.
struct InitPlan {
  LogTarget log;
  bool new_cgroup_namespace = false;
  bool new_user_namespace = false;
  bool loopback = false;                       // a new network namespace: bring `lo` up
  std::optional<std::string> session_keyring;  // the name of a new one; none: keep the caller's
  std::string hostname, domainname;
  std::vector<network::Interface> interfaces;  // moved in by the parent; named and set up here
  rootfs::Plan rootfs;
  bool parent_hooks = false;                   // the parent has prestart or createRuntime hooks to run
  std::vector<Hook> create_container, start_container;
  std::string hook_state;                      // compact state JSON; its status and pid are filled in
  std::optional<std::string> notify_socket;    // directory of the host's NOTIFY_SOCKET proxy, bound at /run/notify
  Launch launch;
};
constexpr auto members(auto& x)
  requires wire::Is<decltype(x), InitPlan>
{
  return std::tie(x.log, x.new_cgroup_namespace, x.new_user_namespace, x.loopback, x.session_keyring, x.hostname,
                  x.domainname, x.interfaces, x.rootfs, x.parent_hooks, x.create_container, x.start_container,
                  x.hook_state, x.notify_socket, x.launch);
}

/// One more process in a container that runs.
struct ExecPlan {
  LogTarget log;
  std::uint64_t namespaces = 0;  // clone flags of the namespaces to join, by one pidfd
  std::optional<std::string> session_keyring;
  Launch launch;
};
constexpr auto members(auto& x)
  requires wire::Is<decltype(x), ExecPlan>
{
  return std::tie(x.log, x.namespaces, x.session_keyring, x.launch);
}

}  // namespace corten::process
