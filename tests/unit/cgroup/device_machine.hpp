// SPDX-License-Identifier: Apache-2.0
// Runs the program of a device filter in a small interpreter: what it answers is what counts, not how it looks. What the
// kernel's verifier would refuse is an exception.
#pragma once

#include <array>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "cgroup/v2/device_program.hpp"

namespace corten::test {

inline void demand(bool holds, const char* what) {
  if (!holds) throw std::logic_error{what};
}

struct DeviceMachine {
  std::array<std::uint64_t, 11> registers{};
  const bpf_cgroup_dev_ctx* context = nullptr;

  std::uint64_t operand(const bpf_insn& insn) const {
    if (BPF_SRC(insn.code) == BPF_X) return registers.at(insn.src_reg);
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(insn.imm));
  }

  void load(const bpf_insn& insn) {
    demand(insn.code == (BPF_LDX | BPF_MEM | BPF_W), "unknown load");
    demand(registers.at(insn.src_reg) == 0xC0DE, "a load from elsewhere than the context");
    std::uint32_t word = 0;
    demand(static_cast<std::size_t>(insn.off) + sizeof word <= sizeof *context, "a load from beyond the context");
    std::memcpy(&word, reinterpret_cast<const char*>(context) + insn.off, sizeof word);
    registers.at(insn.dst_reg) = word;
  }

  void compute(const bpf_insn& insn) {
    auto& target = registers.at(insn.dst_reg);
    const auto value = static_cast<std::uint32_t>(operand(insn));
    switch (BPF_OP(insn.code)) {
      case BPF_MOV: target = value; break;
      case BPF_AND: target = static_cast<std::uint32_t>(target) & value; break;
      case BPF_OR: target = static_cast<std::uint32_t>(target) | value; break;
      case BPF_RSH: target = static_cast<std::uint32_t>(target) >> value; break;
      case BPF_LSH: target = static_cast<std::uint32_t>(target) << value; break;
      default: throw std::logic_error{"unknown operation"};
    }
  }

  void compute_wide(const bpf_insn& insn) {
    auto& target = registers.at(insn.dst_reg);
    switch (BPF_OP(insn.code)) {
      case BPF_LSH: target <<= operand(insn); break;
      case BPF_ARSH: target = static_cast<std::uint64_t>(static_cast<std::int64_t>(target) >> operand(insn)); break;
      default: throw std::logic_error{"unknown wide operation"};
    }
  }

  bool jumps(const bpf_insn& insn) const {
    const auto left = registers.at(insn.dst_reg);
    switch (BPF_OP(insn.code)) {
      case BPF_JA: return true;
      case BPF_JNE: return left != operand(insn);
      case BPF_JEQ: return left == operand(insn);
      default: throw std::logic_error{"unknown jump"};
    }
  }

  std::uint64_t run(const std::vector<bpf_insn>& program) {
    registers.fill(0xDEAD);
    registers[1] = 0xC0DE;
    for (std::size_t at = 0;; ++at) {
      demand(at < program.size(), "the program runs off its end");
      const auto& insn = program[at];
      switch (BPF_CLASS(insn.code)) {
        case BPF_LDX: load(insn); break;
        case BPF_ALU: compute(insn); break;
        case BPF_ALU64: compute_wide(insn); break;
        case BPF_JMP:
          if (BPF_OP(insn.code) == BPF_EXIT) return registers[0];
          demand(insn.off >= 0, "a loop, which old kernels do not take");
          if (jumps(insn)) at += static_cast<std::size_t>(insn.off);
          break;
        default: throw std::logic_error{"unknown class"};
      }
    }
  }
};

/// As the kernel's verifier does first of all: every instruction must be reached by some way.
inline bool all_reachable(const std::vector<bpf_insn>& program) {
  std::vector<bool> reached(program.size() + 1, false);
  reached[0] = true;
  for (std::size_t at = 0; at < program.size(); ++at) {
    if (!reached[at]) return false;
    const auto code = program[at].code;
    const bool jump = BPF_CLASS(code) == BPF_JMP;
    if (jump && BPF_OP(code) == BPF_EXIT) continue;
    if (jump) reached.at(at + 1 + static_cast<std::size_t>(program[at].off)) = true;
    if (!jump || BPF_OP(code) != BPF_JA) reached[at + 1] = true;
  }
  return !reached[program.size()];  // and none may run off the end
}

inline bool answer_of(const std::vector<bpf_insn>& program, char type, std::uint32_t major, std::uint32_t minor,
                      unsigned access) {
  const std::uint32_t kind = type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR;
  const bpf_cgroup_dev_ctx context{access << 16U | kind, major, minor};
  DeviceMachine machine;
  machine.context = &context;
  const auto answer = machine.run(program);
  demand(answer <= 1, "an answer that is no yes and no no");
  return answer == 1;
}

/// What the program of `set` says to such an access.
inline bool program_allows(const cgroup::DeviceSet& set, char type, std::uint32_t major, std::uint32_t minor,
                           unsigned access) {
  const auto program = cgroup::device_program(set);
  demand(all_reachable(program), "an instruction that is never reached");
  return answer_of(program, type, major, minor, access);
}

/// What the rules themselves say: an exception is about an access when all four of its parts are.
inline bool rules_allow(const cgroup::DeviceSet& set, char type, std::uint32_t major, std::uint32_t minor,
                        unsigned access) {
  unsigned named = 0;
  bool allowed_at_once = false;
  for (const auto& [match, bits] : set.exceptions()) {
    if (match.type != type || match.major.value_or(major) != major || match.minor.value_or(minor) != minor) continue;
    named |= bits & access;
    allowed_at_once = allowed_at_once || (access & ~bits) == 0;
  }
  return set.allows_by_default() ? named == 0 : allowed_at_once;
}

}  // namespace corten::test
