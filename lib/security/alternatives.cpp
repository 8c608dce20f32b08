// SPDX-License-Identifier: Apache-2.0
#include "security/alternatives.hpp"

#include <linux/seccomp.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <map>

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

Program compile_set(std::span<const scmp_arg_cmp> set, bool wide, std::uint32_t action) {
  Program program;
  for (const auto& comparison : set) add_comparison(program, comparison, wide);
  program.push_back(ret(action));
  for (std::size_t i = 0; i < program.size(); ++i) {
    const auto distance = static_cast<std::uint8_t>(program.size() - i - 1);
    if (program[i].jt == to_next_set) program[i].jt = distance;
    if (program[i].jf == to_next_set) program[i].jf = distance;
  }
  return program;
}

bool is_one_equal(std::span<const scmp_arg_cmp> set) { return set.size() == 1 && set[0].op == SCMP_CMP_EQ; }

bool libseccomp_may_err(const Alternatives& call) {
  return call.sets.size() > 1 && !std::all_of(call.sets.begin(), call.sets.end(), is_one_equal);
}

/// The sets of a call's rules so far; none any more once one of them leaves it to libseccomp.
struct Candidate {
  Alternatives call;
  bool ours = true;
};

void add_rule(Candidate& to, const CheckedRule& rule) {
  if (rule.comparisons.empty() || rule.action != to.call.action) to.ours = false;
  if (!rule.any_comparison) return static_cast<void>(to.call.sets.emplace_back(rule.comparisons));
  for (const auto& comparison : rule.comparisons) to.call.sets.emplace_back(&comparison, 1);
}

}  // namespace

std::vector<Alternatives> find_alternatives(const CheckedFilter& filter) {
  std::map<std::string_view, Candidate> candidates;
  for (const auto& rule : filter.rules) {
    if (rule.action == filter.default_action) continue;
    for (const auto& name : *rule.names) {
      add_rule(candidates.try_emplace(name, Candidate{{name, rule.action, {}}}).first->second, rule);
    }
  }
  std::vector<Alternatives> found;
  for (const auto& [name, candidate] : candidates) {
    if (candidate.ours && libseccomp_may_err(candidate.call)) found.push_back(candidate.call);
  }
  return found;
}

std::vector<sock_filter> compile_alternatives(const Alternatives& call, bool wide, std::uint32_t otherwise) {
  Program program;
  for (const auto& set : call.sets) {
    const auto code = compile_set(set, wide, call.action);
    program.insert(program.end(), code.begin(), code.end());
  }
  program.push_back(ret(otherwise));
  return program;
}

}  // namespace corten::security
