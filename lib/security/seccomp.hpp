// SPDX-License-Identifier: Apache-2.0
// A system call filter, from the spec's names to the kernel's program. libseccomp compiles it, in the parent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "security/plan.hpp"

namespace corten::security {

struct FilterArgument {
  std::uint32_t index = 0;
  std::uint64_t value = 0, value_two = 0;
  std::string op;
};

struct FilterRule {
  std::vector<std::string> names;
  std::string action;
  std::optional<std::uint32_t> errno_ret;
  std::vector<FilterArgument> arguments;
};

struct FilterSource {
  std::string default_action;
  std::optional<std::uint32_t> default_errno_ret;
  std::vector<std::string> architectures;
  std::optional<std::vector<std::string>> flags;
  bool has_listener = false;
  std::vector<FilterRule> rules;
};

/// Throws Error with the JSON path below linux.seccomp for what is not known; unknown system calls are skipped with a
/// debug line.
[[nodiscard]] SeccompPlan compile(const FilterSource& source);

}  // namespace corten::security
