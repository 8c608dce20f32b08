// SPDX-License-Identifier: Apache-2.0
#include "security/argument_sets.hpp"

#include <fmt/core.h>
#include <linux/seccomp.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

namespace corten::security {
namespace {

using Program = std::vector<sock_filter>;

constexpr std::uint8_t to_next_set = 255;  // a distance that is known only when the set is complete

sock_filter ret(std::uint32_t value) { return BPF_STMT(BPF_RET | BPF_K, value); }
sock_filter mask(std::uint32_t bits) { return BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bits); }
sock_filter jump_if(std::uint16_t condition, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
  return BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | BPF_K | condition), value, yes, no);
}

constexpr std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
constexpr std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32U); }

/// One half of an argument.
sock_filter load(unsigned argument, bool high_half) {
  const bool second = high_half == (std::endian::native == std::endian::little);
  const auto offset =
      offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t) + (second ? sizeof(std::uint32_t) : 0);
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

/// Falls through where the argument is equal to `value` under `bits`; else jumps to the next set.
void add_equal(Program& program, const scmp_arg_cmp& comparison, bool wide, std::uint64_t bits, std::uint64_t value) {
  for (const bool high_half : {true, false}) {
    if (high_half && !wide) continue;
    const auto half_bits = high_half ? high(bits) : low(bits);
    program.push_back(load(comparison.arg, high_half));
    if (half_bits != 0xffffffff) program.push_back(mask(half_bits));
    program.push_back(jump_if(BPF_JEQ, (high_half ? high(value) : low(value)) & half_bits, 0, to_next_set));
  }
}

void add_unequal(Program& program, const scmp_arg_cmp& comparison, bool wide) {
  if (wide) {
    program.push_back(load(comparison.arg, true));
    program.push_back(jump_if(BPF_JEQ, high(comparison.datum_a), 0, 2));
  }
  program.push_back(load(comparison.arg, false));
  program.push_back(jump_if(BPF_JEQ, low(comparison.datum_a), to_next_set, 0));
}

/// Falls through where "argument > value" (or ">=" with `or_equal`) is `wanted`.
void add_ordered(Program& program, const scmp_arg_cmp& comparison, bool wide, bool or_equal, bool wanted) {
  const std::uint8_t if_true = wanted ? 0 : to_next_set;
  const std::uint8_t if_false = wanted ? to_next_set : 0;
  if (wide) {
    // Unequal high halves decide; the distances lead behind the comparison of the low ones.
    program.push_back(load(comparison.arg, true));
    program.push_back(jump_if(BPF_JGT, high(comparison.datum_a), wanted ? 3 : to_next_set, 0));
    program.push_back(jump_if(BPF_JEQ, high(comparison.datum_a), 0, wanted ? to_next_set : 2));
  }
  program.push_back(load(comparison.arg, false));
  program.push_back(jump_if(or_equal ? BPF_JGE : BPF_JGT, low(comparison.datum_a), if_true, if_false));
}

void add_comparison(Program& program, const scmp_arg_cmp& comparison, bool wide) {
  constexpr std::uint64_t all_bits = ~std::uint64_t{0};
  switch (comparison.op) {
    case SCMP_CMP_EQ: return add_equal(program, comparison, wide, all_bits, comparison.datum_a);
    case SCMP_CMP_MASKED_EQ: return add_equal(program, comparison, wide, comparison.datum_a, comparison.datum_b);
    case SCMP_CMP_NE: return add_unequal(program, comparison, wide);
    case SCMP_CMP_GT: return add_ordered(program, comparison, wide, false, true);
    case SCMP_CMP_GE: return add_ordered(program, comparison, wide, true, true);
    case SCMP_CMP_LE: return add_ordered(program, comparison, wide, false, false);
    case SCMP_CMP_LT: return add_ordered(program, comparison, wide, true, false);
    default: throw Error{"a comparison that is not in the table of operators"};
  }
}

Program compile_set(const ArgumentSet& set, bool wide) {
  Program program;
  for (const auto& comparison : set.conditions) add_comparison(program, comparison, wide);
  program.push_back(ret(set.action));
  for (std::size_t i = 0; i < program.size(); ++i) {
    const auto distance = static_cast<std::uint8_t>(program.size() - i - 1);
    if (program[i].jt == to_next_set) program[i].jt = distance;
    if (program[i].jf == to_next_set) program[i].jf = distance;
  }
  return program;
}

bool is_one_equal(const ArgumentSet& set) { return set.conditions.size() == 1 && set.conditions[0].op == SCMP_CMP_EQ; }

void add_rule(CallRules& to, const CheckedRule& rule) {
  if (to.always) return;
  if (rule.comparisons.empty()) return static_cast<void>(to.always = rule.action);
  const auto add = [&](std::span<const scmp_arg_cmp> conditions) {
    to.sets.push_back({conditions, rule.action, rule.index});
    to.one_action = to.one_action && rule.action == to.sets.front().action;
  };
  if (!rule.any_comparison) return add(rule.comparisons);
  for (const auto& comparison : rule.comparisons) add({&comparison, 1});
}

enum Rank : int { equal, less, greater };

Rank rank(scmp_compare op) {
  if (op == SCMP_CMP_LT || op == SCMP_CMP_LE) return less;
  return op == SCMP_CMP_GT || op == SCMP_CMP_GE ? greater : equal;
}

/// Negative: `a` is asked for first.
int order(const scmp_arg_cmp& a, const scmp_arg_cmp& b) {
  if (a.arg != b.arg) return a.arg > b.arg ? -1 : 1;
  if (rank(a.op) != rank(b.op)) return rank(a.op) - rank(b.op);
  const auto value = [](const scmp_arg_cmp& x) { return x.op == SCMP_CMP_MASKED_EQ ? x.datum_b : x.datum_a; };
  if (value(a) == value(b)) return 0;
  const bool greatest_first = rank(a.op) != less;
  return (value(a) > value(b)) == greatest_first ? -1 : 1;
}

int order(const ArgumentSet& a, const ArgumentSet& b) {
  const auto common = std::min(a.conditions.size(), b.conditions.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (const int result = order(a.conditions[i], b.conditions[i]); result != 0) return result;
  }
  return a.conditions.size() < b.conditions.size() ? -1 : static_cast<int>(a.conditions.size() > common);
}

bool is_same(const scmp_arg_cmp& a, const scmp_arg_cmp& b) {
  return a.arg == b.arg && a.op == b.op && a.datum_a == b.datum_a &&
         (a.op != SCMP_CMP_MASKED_EQ || a.datum_b == b.datum_b);
}

/// `later` holds wherever `earlier` does.
bool covers(const ArgumentSet& later, const ArgumentSet& earlier) {
  return later.conditions.size() <= earlier.conditions.size() &&
         std::equal(later.conditions.begin(), later.conditions.end(), earlier.conditions.begin(), is_same);
}

}  // namespace

std::map<std::string_view, CallRules> rules_by_call(const CheckedFilter& filter) {
  std::map<std::string_view, CallRules> calls;
  for (const auto& rule : filter.rules) {
    if (rule.action == filter.default_action) continue;
    for (const auto& name : *rule.names) add_rule(calls[name], rule);
  }
  return calls;
}

bool libseccomp_may_err(const CallRules& rules) {
  const auto& sets = rules.sets;
  return !rules.always && rules.one_action && sets.size() > 1 && !std::all_of(sets.begin(), sets.end(), is_one_equal);
}

void sort_as_libseccomp(CallRules& rules, std::string_view name) {
  auto& sets = rules.sets;
  for (std::size_t i = 1; i < sets.size(); ++i) {
    for (auto at = i; at > 0; --at) {
      const auto& later = sets[at];
      const auto& earlier = sets[at - 1];
      if (later.action != earlier.action && covers(later, earlier)) {
        throw Error{
            fmt::format("linux.seccomp.syscalls[{}]: error adding seccomp rule for syscall {}: syscalls[{}] has "
                        "another action for the same conditions",
                        later.rule, name, earlier.rule)};
      }
      if (order(later, earlier) >= 0) break;
      std::swap(sets[at], sets[at - 1]);
    }
  }
}

std::vector<sock_filter> compile_rules(const CallRules& rules, bool wide, std::uint32_t default_action) {
  Program program;
  for (const auto& set : rules.sets) {
    if (rules.always) break;
    const auto code = compile_set(set, wide);
    program.insert(program.end(), code.begin(), code.end());
  }
  program.push_back(ret(rules.always.value_or(default_action)));
  return program;
}

}  // namespace corten::security
