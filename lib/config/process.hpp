// SPDX-License-Identifier: Apache-2.0
// From the spec's process to what the init stage sets and executes. Pure; every mistake is an Error here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "process/plan.hpp"
#include "spec/config.hpp"

namespace corten::config {

/// runc's checks: "process property must not be empty", "Cwd must be an absolute path", "args must not be empty".
void check_process(const std::optional<spec::Process>& process);

/// The process as the init stage launches it; filter and descriptors are the caller's to add. A resource limit that is
/// named twice is an Error, as the spec demands.
[[nodiscard]] process::Launch plan_launch(const spec::Process& process);

/// What linux.personality and linux.memoryPolicy add.
void add_platform(process::Launch& launch, const spec::Linux& platform);

/// What the parent sets on the process.
[[nodiscard]] process::HostSettings plan_host_settings(const spec::Process& process);

/// execCPUAffinity.final as a mask, or else the initial one; empty where nothing is said.
[[nodiscard]] std::vector<std::uint64_t> plan_final_affinity(const spec::Process& process);

/// Without duplicates: the last value of a name stays, in the place where it stood. Names without "=" are Errors.
[[nodiscard]] std::vector<std::string> merge_environment(const std::vector<std::string>& env);

/// A time-out must be greater than 0, as the spec demands.
void check_hooks(const spec::Hooks& hooks);

[[nodiscard]] std::vector<process::Hook> plan_hooks(const std::vector<spec::Hook>& hooks, const process::HookFiles& files);

}  // namespace corten::config
