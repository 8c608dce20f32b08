// SPDX-License-Identifier: Apache-2.0
#include "cgroup/device_program.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>

namespace corten::cgroup {
namespace {

// The program's registers, as it uses them.
constexpr std::uint8_t result = BPF_REG_0;
constexpr std::uint8_t context = BPF_REG_1;  // struct bpf_cgroup_dev_ctx at the start, then scratch
constexpr std::uint8_t type = BPF_REG_2;
constexpr std::uint8_t access = BPF_REG_3;
constexpr std::uint8_t major_number = BPF_REG_4;
constexpr std::uint8_t minor_number = BPF_REG_5;

constexpr std::int32_t immediate(std::uint32_t value) { return static_cast<std::int32_t>(value); }

bpf_insn instruction(unsigned code, std::uint8_t target, std::uint8_t source, std::size_t offset, std::int32_t value) {
  bpf_insn made{};
  made.code = static_cast<std::uint8_t>(code);
  made.dst_reg = target & 0xFU;
  made.src_reg = source & 0xFU;
  made.off = static_cast<std::int16_t>(offset);
  made.imm = value;
  return made;
}

bpf_insn load(std::uint8_t target, std::size_t offset) {
  return instruction(BPF_LDX | BPF_MEM | BPF_W, target, context, offset, 0);
}

bpf_insn compute(unsigned operation, std::uint8_t target, std::int32_t value) {
  return instruction(BPF_ALU | operation | BPF_K, target, 0, 0, value);
}

bpf_insn jump_unless(std::uint8_t target, std::int32_t value) {
  return instruction(BPF_JMP | BPF_JNE | BPF_K, target, 0, 0, value);
}

void finish(std::vector<bpf_insn>& program, bool allow) {
  program.push_back(compute(BPF_MOV, result, allow ? 1 : 0));
  program.push_back(instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
}

/// True for a number that no device has (majors end at 12 bits, minors at 20) and the program could not compare.
bool impossible(std::optional<std::uint32_t> number) {
  return number && *number > static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max());
}

/// Ends the program for an access that `match` and `bits` are about, else goes on behind.
void append_exception(std::vector<bpf_insn>& program, const DeviceMatch& match, unsigned bits, bool allow) {
  const auto first = program.size();
  program.push_back(jump_unless(type, match.type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR));
  if (bits != device_access::all) {
    program.push_back(instruction(BPF_ALU | BPF_MOV | BPF_X, context, access, 0, 0));
    program.push_back(compute(BPF_AND, context, immediate(bits)));
    // To be allowed, all that is asked for must be in it; to be denied, one bit of it is enough.
    program.push_back(allow ? instruction(BPF_JMP | BPF_JNE | BPF_X, context, access, 0, 0)
                            : instruction(BPF_JMP | BPF_JEQ | BPF_K, context, 0, 0, 0));
  }
  if (match.major) program.push_back(jump_unless(major_number, immediate(*match.major)));
  if (match.minor) program.push_back(jump_unless(minor_number, immediate(*match.minor)));
  finish(program, allow);
  for (auto at = first; at < program.size(); ++at) {
    const auto code = program[at].code;
    const bool jump = BPF_CLASS(code) == BPF_JMP && BPF_OP(code) != BPF_EXIT;
    if (jump) program[at].off = static_cast<std::int16_t>(program.size() - at - 1);
  }
}

}  // namespace

std::vector<bpf_insn> device_program(const DeviceSet& set) {
  std::vector<bpf_insn> program;
  program.push_back(load(type, offsetof(bpf_cgroup_dev_ctx, access_type)));
  program.push_back(instruction(BPF_ALU | BPF_MOV | BPF_X, access, type, 0, 0));
  program.push_back(compute(BPF_AND, type, 0xFFFF));  // the lower half is the type, the upper the access
  program.push_back(compute(BPF_RSH, access, 16));
  program.push_back(load(major_number, offsetof(bpf_cgroup_dev_ctx, major)));
  program.push_back(load(minor_number, offsetof(bpf_cgroup_dev_ctx, minor)));
  for (const auto& [match, bits] : set.exceptions()) {
    if (impossible(match.major) || impossible(match.minor)) continue;
    append_exception(program, match, bits, !set.allows_by_default());
  }
  finish(program, set.allows_by_default());
  return program;
}

}  // namespace corten::cgroup
