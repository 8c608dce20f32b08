// SPDX-License-Identifier: Apache-2.0
#include "config/process.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <string_view>
#include <unordered_set>

#include "base/id_list.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/unknown_name.hpp"
#include "config/ids.hpp"
#include "config/process_tables.hpp"

namespace corten::config {
namespace {

std::uint64_t capability_set(const std::vector<std::string>& names, std::vector<std::string>& unknown) {
  return security::capability_bits(names, unknown);
}

/// The first suggestion that there is.
std::string capability_meant(const std::vector<std::string>& unknown) {
  const auto names = security::capability_names();
  const std::vector<std::string_view> known{names.begin(), names.end()};
  for (const auto& name : unknown) {
    if (auto hint = did_you_mean(name, known); !hint.empty()) return hint;
  }
  return {};
}

security::CapabilitySets plan_capabilities(const spec::Capabilities& wanted) {
  std::vector<std::string> unknown;
  security::CapabilitySets sets;
  sets.bounding = capability_set(wanted.bounding, unknown);
  sets.effective = capability_set(wanted.effective, unknown);
  sets.inheritable = capability_set(wanted.inheritable, unknown);
  sets.permitted = capability_set(wanted.permitted, unknown);
  sets.ambient = capability_set(wanted.ambient, unknown);
  if (!unknown.empty()) {
    std::sort(unknown.begin(), unknown.end());
    unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
    log::warn(fmt::format("ignoring unknown or unavailable capabilities: [{}]{}", join(unknown, " "),
                          capability_meant(unknown)));
  }
  return sets;
}

process::Scheduler plan_scheduler(const spec::Scheduler& wanted) {
  process::Scheduler plan;
  if (wanted.policy.empty()) throw Error{"scheduler policy is required"};
  const auto policy = scheduler_policies.find(wanted.policy);
  if (!policy) {
    throw_unknown("process.scheduler.policy: invalid scheduler policy: {}", wanted.policy, scheduler_policies.rows);
  }
  plan.policy = *policy;
  for (const auto& name : wanted.flags) {
    const auto flag = scheduler_flags.find(name);
    if (!flag) throw_unknown("process.scheduler.flags: invalid scheduler flag: {}", name, scheduler_flags.rows);
    plan.flags |= *flag;
  }
  const bool deadline = wanted.policy == "SCHED_DEADLINE";
  const bool realtime = wanted.policy == "SCHED_FIFO" || wanted.policy == "SCHED_RR";
  if (wanted.nice < -20 || wanted.nice > 19) throw Error{fmt::format("invalid scheduler.nice: {}", wanted.nice)};
  constexpr std::int32_t most_urgent = 99;
  if (wanted.priority < 0 || wanted.priority > most_urgent) {
    throw Error{fmt::format("invalid scheduler.priority: {}", wanted.priority)};
  }
  if (wanted.priority != 0 && !realtime) {
    throw Error{"scheduler.priority can only be specified for SchedFIFO or SchedRR policy"};
  }
  if (!deadline && (wanted.runtime != 0 || wanted.deadline != 0 || wanted.period != 0)) {
    throw Error{"scheduler runtime/deadline/period can only be specified for SchedDeadline policy"};
  }
  plan.nice = wanted.nice;
  plan.priority = static_cast<std::uint32_t>(wanted.priority);
  plan.runtime = wanted.runtime;
  plan.deadline = wanted.deadline;
  plan.period = wanted.period;
  return plan;
}

int plan_io_priority(const spec::IoPriority& wanted) {
  const auto io_class = io_priority_classes.find(wanted.io_class);
  if (!io_class) {
    throw_unknown("process.ioPriority.class: invalid ioPriority.Class: \"{}\"", wanted.io_class,
                  io_priority_classes.rows);
  }
  if (wanted.priority < 0 || wanted.priority > 7)
    throw Error{fmt::format("invalid ioPriority.Priority: {}", wanted.priority)};
  constexpr int class_shift = 13;
  return (*io_class << class_shift) | wanted.priority;
}

std::vector<process::Rlimit> plan_rlimits(const spec::Process& process) {
  std::vector<process::Rlimit> plan;
  for (const auto& limit : process.rlimits) {
    const auto at = plan.size();
    const auto resource = rlimit_types.find(limit.type);
    if (!resource) {
      throw_unknown("process.rlimits[{1}].type: wrong rlimit value: {0}", limit.type, rlimit_types.rows, at);
    }
    if (limit.soft > limit.hard) {
      throw Error{fmt::format("process.rlimits[{}]: the soft limit of {}, {}, is above the hard limit, {}", at,
                              limit.type, limit.soft, limit.hard)};
    }
    const auto same = [&](const auto& other) { return other.resource == *resource; };
    if (std::any_of(plan.begin(), plan.end(), same)) {
      throw Error{fmt::format("process.rlimits: {} is there more than once", limit.type)};
    }
    plan.push_back({*resource, limit.soft, limit.hard});
  }
  return plan;
}

/// set_mempolicy(2): which modes take nodes, and which none.
void check_memory_nodes(const spec::MemoryPolicy& wanted, const std::vector<std::uint64_t>& nodes) {
  int count = 0;
  for (const auto word : nodes) count += std::popcount(word);
  if ((wanted.mode == "MPOL_DEFAULT" || wanted.mode == "MPOL_LOCAL") && count != 0) {
    throw Error{fmt::format("memory policy mode requires 0 nodes but got {}", count)};
  }
  if (wanted.mode != "MPOL_DEFAULT" && wanted.mode != "MPOL_LOCAL" && wanted.mode != "MPOL_PREFERRED" && count == 0) {
    throw Error{"memory policy mode requires at least one node but got 0"};
  }
}

process::MemoryPolicy plan_memory_policy(const spec::MemoryPolicy& wanted) {
  const auto mode = memory_policy_modes.find(wanted.mode);
  if (!mode)
    throw_unknown("linux.memoryPolicy.mode: invalid memory policy mode \"{}\"", wanted.mode, memory_policy_modes.rows);
  process::MemoryPolicy policy{*mode, {}};
  if (!wanted.nodes.empty()) {
    policy.nodes = with_context(fmt::format("invalid memory policy nodes {}", quote(wanted.nodes)),
                                [&] { return parse_id_list(wanted.nodes); });
  }
  for (const auto& name : wanted.flags) {
    const auto flag = memory_policy_flags.find(name);
    if (!flag)
      throw_unknown("linux.memoryPolicy.flags: invalid memory policy flag \"{}\"", name, memory_policy_flags.rows);
    policy.mode |= *flag;
  }
  check_memory_nodes(wanted, policy.nodes);
  return policy;
}

process::User plan_user(const spec::User& user) {
  check_user(user, "process.user");
  process::User plan;
  plan.uid = user.uid;
  plan.gid = user.gid;
  plan.groups = user.additional_gids;
  plan.umask = user.umask;
  return plan;
}

}  // namespace

void check_process(const std::optional<spec::Process>& process) {
  if (!process) throw Error{"process: process property must not be empty"};
  if (process->cwd.empty()) throw Error{"process.cwd: Cwd property must not be empty"};
  if (process->cwd.front() != '/') throw Error{"process.cwd: Cwd must be an absolute path, not " + quote(process->cwd)};
  if (process->args.empty()) throw Error{"process.args: args must not be empty"};
}

std::vector<std::string> merge_environment(const std::vector<std::string>& env) {
  std::unordered_set<std::string_view> seen;
  std::vector<std::string> merged;
  merged.reserve(env.size());
  for (auto variable = env.rbegin(); variable != env.rend(); ++variable) {
    const auto equals = variable->find('=');
    if (equals == std::string::npos) throw Error{"invalid environment variable: missing '=' in " + quote(*variable)};
    if (equals == 0) throw Error{"invalid environment variable: name cannot be empty in " + quote(*variable)};
    const auto name = std::string_view{*variable}.substr(0, equals);
    if (variable->find('\0') != std::string::npos) {
      throw Error{fmt::format("invalid environment variable {}: contains nul byte (\\x00)", quote(name))};
    }
    if (seen.insert(name).second) merged.push_back(*variable);
  }
  std::reverse(merged.begin(), merged.end());
  return merged;
}

process::Launch plan_launch(const spec::Process& process) {
  process::Launch launch;
  launch.args = process.args;
  launch.env = merge_environment(process.env);
  launch.cwd = process.cwd;
  launch.user = plan_user(process.user);
  launch.terminal = process.terminal;
  if (process.console_size && process.console_size->height != 0 && process.console_size->width != 0) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint16_t>::max();
    if (process.console_size->height > most || process.console_size->width > most) {
      throw Error{fmt::format("process.consoleSize: {}x{} is more than a terminal can be", process.console_size->height,
                              process.console_size->width)};
    }
    launch.terminal_size = process::TerminalSize{static_cast<std::uint16_t>(process.console_size->height),
                                                 static_cast<std::uint16_t>(process.console_size->width)};
  }
  launch.rlimits = plan_rlimits(process);
  if (process.capabilities) launch.capabilities = plan_capabilities(*process.capabilities);
  launch.no_new_privileges = process.no_new_privileges;
  if (process.scheduler) launch.scheduler = plan_scheduler(*process.scheduler);
  if (process.io_priority) launch.io_priority = plan_io_priority(*process.io_priority);
  launch.labels = {process.apparmor_profile, process.selinux_label};
  return launch;
}

void add_platform(process::Launch& launch, const spec::Linux& platform) {
  if (launch.scheduler && platform.resources && platform.resources->cpu) {
    launch.scheduler->beside_cpuset = !platform.resources->cpu->cpus.empty();
  }
  if (platform.personality) {
    if (!platform.personality->flags.empty()) {
      log::warn(fmt::format("ignoring unsupported personality flags: [{}]", join(platform.personality->flags, " ")));
    }
    const auto domain = personality_domains.find(platform.personality->domain);
    if (!domain) {
      throw_unknown("linux.personality.domain: invalid personality domain {}", platform.personality->domain,
                    personality_domains.rows);
    }
    launch.personality = *domain;
  }
  if (platform.memory_policy) launch.memory_policy = plan_memory_policy(*platform.memory_policy);
}

process::HostSettings plan_host_settings(const spec::Process& process) {
  process::HostSettings settings;
  settings.oom_score_adj = process.oom_score_adj;
  if (process.exec_cpu_affinity && !process.exec_cpu_affinity->initial.empty()) {
    settings.initial_affinity =
        with_context("bad CPU affinity", [&] { return parse_id_list(process.exec_cpu_affinity->initial); });
  }
  return settings;
}

std::vector<std::uint64_t> plan_final_affinity(const spec::Process& process) {
  if (!process.exec_cpu_affinity) return {};
  const auto& affinity = *process.exec_cpu_affinity;
  const auto& last = affinity.final.empty() ? affinity.initial : affinity.final;
  if (last.empty()) return {};
  return with_context("bad CPU affinity", [&] { return parse_id_list(last); });
}

void check_hooks(const spec::Hooks& hooks) {
  const auto check = [](std::string_view kind, const std::vector<spec::Hook>& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].timeout.value_or(1) > 0) continue;
      throw Error{fmt::format("hooks.{}[{}].timeout: expected a number of seconds greater than 0, got {}", kind, i,
                              *list[i].timeout)};
    }
  };
  check("prestart", hooks.prestart);
  check("createRuntime", hooks.create_runtime);
  check("createContainer", hooks.create_container);
  check("startContainer", hooks.start_container);
  check("poststart", hooks.poststart);
  check("poststop", hooks.poststop);
}

std::vector<process::Hook> plan_hooks(const std::vector<spec::Hook>& hooks) {
  std::vector<process::Hook> plan;
  plan.reserve(hooks.size());
  for (const auto& hook : hooks) plan.push_back({hook.path, hook.args, hook.env, hook.env.empty(), hook.timeout});
  return plan;
}

}  // namespace corten::config
