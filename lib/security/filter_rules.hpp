// SPDX-License-Identifier: Apache-2.0
// A filter with every name of the profile looked up and every rule of the spec checked, but for the names of system
// calls, which mean something else on each architecture.
#pragma once

#include <seccomp.h>

#include <cstdint>
#include <string>
#include <vector>

#include "security/filter_plan.hpp"

namespace corten::security {

struct CheckedRule {
  std::size_t index = 0;  // in linux.seccomp.syscalls
  const std::vector<std::string>* names = nullptr;
  std::uint32_t action = 0;
  std::vector<scmp_arg_cmp> comparisons;  // in the order of their arguments
  bool any_comparison = false;  // one argument is compared twice: each comparison is a rule of its own, as in runc
};

/// Points into the FilterSource that it was made of.
struct CheckedFilter {
  std::uint32_t default_action = 0;
  std::vector<std::uint32_t> architectures;
  std::uint32_t flags = 0;
  bool notify = false;
  bool refuse_unknown = false;  // system calls that nobody knows are errors
  std::vector<CheckedRule> rules;
};

/// Throws Error, which names the JSON path and what is possible there.
[[nodiscard]] CheckedFilter check_filter(const FilterSource& source);

}  // namespace corten::security
