// SPDX-License-Identifier: Apache-2.0
// Runs hooks: a program with the container's state on its standard input, bounded by its time-out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "process/handover.hpp"
#include "process/plan.hpp"

namespace corten::process {

/// Opens them to append, and makes what is missing (mode 0600).
[[nodiscard]] HookOutput open_hook_files(const HookFiles& files);

/// Runs `hook` and waits. Throws "exit status 3, stdout: ..., stderr: ..." where it fails, and "hook ran past specified
/// timeout of 1.0s" where it was killed for that. Without an environment of its own it gets the caller's.
/// What it prints goes to the files of `kept`.
void run_hook(const Hook& hook, const std::string& state_json, const HookOutput& kept = {});

/// Runs them in order, until one fails: "error running createRuntime hook #0: ...".
void run_hooks(std::string_view kind, const std::vector<Hook>& hooks, const std::string& state_json,
               const HookOutput& kept = {});

}  // namespace corten::process
