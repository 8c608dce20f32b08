// SPDX-License-Identifier: Apache-2.0
// What a profile says, read by the letter, to be compared with what its program answers. Only for x86_64, where each name
// is one number, and for profiles that are clear: where two rules of a call differ in more than their conditions, which one
// counts is libseccomp's to decide.
#pragma once

#include <linux/audit.h>
#include <seccomp.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <vector>

#include "security/filter_rules.hpp"
#include "security/kernel_calls.hpp"
#include "tests/unit/security/filter_machine.hpp"

namespace corten::security {

inline bool holds(const scmp_arg_cmp& comparison, std::uint64_t argument) {
  switch (comparison.op) {
    case SCMP_CMP_EQ: return argument == comparison.datum_a;
    case SCMP_CMP_NE: return argument != comparison.datum_a;
    case SCMP_CMP_LT: return argument < comparison.datum_a;
    case SCMP_CMP_LE: return argument <= comparison.datum_a;
    case SCMP_CMP_GT: return argument > comparison.datum_a;
    case SCMP_CMP_GE: return argument >= comparison.datum_a;
    case SCMP_CMP_MASKED_EQ: return (argument & comparison.datum_a) == (comparison.datum_b & comparison.datum_a);
    default: std::abort();
  }
}

inline bool applies(const CheckedRule& rule, const SystemCall& call) {
  const auto met = [&](const scmp_arg_cmp& comparison) { return holds(comparison, call.arguments.at(comparison.arg)); };
  if (rule.any_comparison) return std::ranges::any_of(rule.comparisons, met);
  return std::ranges::all_of(rule.comparisons, met);
}

class ProfileReader {
 public:
  explicit ProfileReader(const CheckedFilter& filter) : filter_{filter} {
    for (const auto& rule : filter.rules) {
      for (const auto& name : *rule.names) {
        const int number = call_number(SCMP_ARCH_X86_64, name);
        if (number < 0) continue;
        auto& rules = rules_[number];
        const bool alone = rules.empty() && !rule.any_comparison;
        clear_ = clear_ && (alone || !is_multiplexed(name)) && (rules.empty() || is_other_set(*rules.front(), rule));
        rules.push_back(&rule);
        newest_ = std::max(newest_, number);
      }
    }
  }

  [[nodiscard]] bool clear() const { return clear_; }

  [[nodiscard]] std::uint32_t answer(const SystemCall& call) const {
    const auto number = static_cast<int>(call.number);
    if (newest_ > 0 && number > newest_ && refuses_unknown()) return SCMP_ACT_ERRNO(static_cast<unsigned>(ENOSYS));
    const auto found = rules_.find(number);
    if (found == rules_.end()) return filter_.default_action;
    const auto& rules = found->second;
    const bool hit = std::ranges::any_of(rules, [&](const CheckedRule* rule) { return applies(*rule, call); });
    return hit ? rules.front()->action : filter_.default_action;
  }

  /// Each number once, and for those with rules arguments around the borders of the comparisons.
  [[nodiscard]] std::vector<SystemCall> calls() const {
    std::vector<SystemCall> all;
    constexpr std::uint32_t numbers = 600;
    for (std::uint32_t number = 0; number < numbers; ++number) all.push_back({AUDIT_ARCH_X86_64, number, {}});
    for (const auto& [number, rules] : rules_) {
      const auto first = all.size();
      all.push_back({AUDIT_ARCH_X86_64, static_cast<std::uint32_t>(number), {}});
      for (const auto* rule : rules) {
        for (const auto& comparison : rule->comparisons) add_borders(all, first, comparison);
      }
    }
    return all;
  }

 private:
  /// By socketcall(2) or ipc(2) on x86: always libseccomp's.
  static bool is_multiplexed(const std::string& name) {
    const int number = ::seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86, name.c_str());
    return number <= -100 && number >= -299;
  }

  static bool is_other_set(const CheckedRule& a, const CheckedRule& b) {
    return a.action == b.action && !a.comparisons.empty() && !b.comparisons.empty();
  }

  static void add_borders(std::vector<SystemCall>& all, std::size_t first, const scmp_arg_cmp& comparison) {
    constexpr std::size_t enough = 2000;
    const auto last = all.size();
    if (last - first > enough) return;
    const auto value = comparison.datum_a;
    const auto high = std::uint64_t{1} << 32U;
    for (std::size_t i = first; i < last; ++i) {
      for (const auto argument : {value, value - 1, value + 1, value - high, value + high, value ^ high,
                                  value & ~(high - 1), comparison.datum_b, ~std::uint64_t{0}}) {
        auto call = all[i];
        call.arguments.at(comparison.arg) = argument;
        all.push_back(call);
      }
    }
  }

  [[nodiscard]] bool refuses_unknown() const {
    const auto kind = filter_.default_action & SECCOMP_RET_ACTION_FULL;
    return kind != SECCOMP_RET_ALLOW && kind != SECCOMP_RET_LOG && kind != SECCOMP_RET_TRACE;
  }

  const CheckedFilter& filter_;
  std::map<int, std::vector<const CheckedRule*>> rules_;
  int newest_ = 0;
  bool clear_ = true;
};

}  // namespace corten::security
