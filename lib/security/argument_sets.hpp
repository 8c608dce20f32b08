// SPDX-License-Identifier: Apache-2.0
// The rules of one system call, and their program where libseccomp makes none or a wrong one.
//
// libseccomp has no code for calls that are newer than itself. And 2.5.4 merges several sets of conditions for one action, of
// which any suffices, into a wrong tree, or does not end. For one, "allow where
// argument 4 is not 7 and argument 5 is at most 1, or where argument 4 is not 1" refused 0 with 1 << 32 | 1. The test with
// random profiles found it.
#pragma once

#include <linux/filter.h>
#include <seccomp.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "security/filter_rules.hpp"

namespace corten::security {

/// All of the conditions must hold.
struct ArgumentSet {
  std::span<const scmp_arg_cmp> conditions;
  std::uint32_t action = 0;
  std::size_t rule = 0;  // its index in linux.seccomp.syscalls
};

/// The rules of a call together, with libseccomp's precedence.
struct CallRules {
  std::vector<ArgumentSet> sets;        // the first whose conditions hold
  std::optional<std::uint32_t> always;  // a rule without conditions: in place of all before it and after it
  bool one_action = true;
};

/// Points into `filter`. Rules that say what the default says are left out, as libseccomp would have it.
[[nodiscard]] std::map<std::string_view, CallRules> rules_by_call(const CheckedFilter& filter);

/// Several sets of conditions for one action. Calls with an unconditional rule or with different actions stay libseccomp's:
/// what goes before is its to decide, as with runc. So do those whose sets are a single "equal" each, which it does right
/// and engines have.
[[nodiscard]] bool libseccomp_may_err(const CallRules& rules);

/// Puts different actions into the order in which libseccomp would ask: the last argument first, "equal" before "less"
/// before "greater", and of one kind the narrower first. Throws where a rule has the conditions of an earlier one, or the
/// first of them, and another action, as it does.
void sort_as_libseccomp(CallRules& rules, std::string_view name);

/// The program for such a call. `wide`: the architecture's arguments have 64 bits; else only the low 32 are compared, as
/// libseccomp does it.
[[nodiscard]] std::vector<sock_filter> compile_rules(const CallRules& rules, bool wide, std::uint32_t default_action);

}  // namespace corten::security
