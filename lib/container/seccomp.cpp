// SPDX-License-Identifier: Apache-2.0
#include "container/seccomp.hpp"

#include <fmt/core.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.hpp"
#include "base/unique_fd.hpp"
#include "config/seccomp.hpp"
#include "security/filter_cache.hpp"
#include "security/seccomp.hpp"
#include "sys/fd_passing.hpp"
#include "sys/syscall.hpp"

namespace corten::container {

security::SeccompPlan plan_seccomp(const std::string& root, const spec::Linux& platform,
                                   const config::Annotations& annotations) {
  if (!annotations.filter.empty()) return {annotations.filter};
  if (!platform.seccomp) return {};
  const auto source = config::plan_filter(*platform.seccomp, annotations);
  if (!source) return {};
  auto plan = root.empty() ? security::compile(*source) : security::FilterCache{root}.compile(*source);
  if (log::debug_enabled()) log::debug(fmt::format("seccomp filter flags: {}", plan.flags));
  return plan;
}

SeccompAgent agent_of(const spec::Linux& platform, const config::Annotations& annotations) {
  if (!platform.seccomp) return {};
  const auto& named = platform.seccomp->listener_path;
  return {named.empty() ? annotations.filter_receiver : named, platform.seccomp->listener_metadata};
}

void pass_listener(const SeccompAgent& agent, pid_t pid, int number, const spec::State& state) {
  const UniqueFd process{static_cast<int>(sys::check("pidfd_open", [&] { return ::syscall(SYS_pidfd_open, pid, 0); }))};
  const UniqueFd listener{static_cast<int>(sys::check(
      "pidfd_getfd of the seccomp listener", [&] { return ::syscall(SYS_pidfd_getfd, process.get(), number, 0); }))};
  const auto connection =
      with_context("failed to connect with seccomp agent specified in the seccomp profile (linux.seccomp.listenerPath)",
                   [&] { return sys::connect_unix(agent.path); });
  const auto message = spec::seccomp_agent_json(state, pid, agent.metadata);
  with_context(fmt::format("cannot send seccomp fd to {}", agent.path),
               [&] { sys::send_with_fds(connection.get(), message, {listener.get()}); });
}

}  // namespace corten::container
