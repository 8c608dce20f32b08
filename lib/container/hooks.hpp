// SPDX-License-Identifier: Apache-2.0
// Hooks in the caller's namespaces: the programs that the configuration names, then the function that the caller has given.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/container.hpp"
#include "process/hooks.hpp"

namespace corten::container {

/// Runs them in order, until one fails. `functions` may be empty; `files` get what the programs print.
inline void run_hooks(std::string_view kind, const std::vector<process::Hook>& hooks, const HookFunctions* functions,
                      const std::string& state_json, const process::HookFiles& files) {
  if (!hooks.empty()) process::run_hooks(kind, hooks, state_json, process::open_hook_files(files));
  if (functions != nullptr) functions->run(kind, state_json);
}

}  // namespace corten::container
