// SPDX-License-Identifier: Apache-2.0
#include "cgroup/v2/device_program.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace corten::cgroup {
namespace {

// The program's registers, as it uses them.
constexpr std::uint8_t result = BPF_REG_0;   // scratch until the end
constexpr std::uint8_t context = BPF_REG_1;  // struct bpf_cgroup_dev_ctx at the start
constexpr std::uint8_t device = BPF_REG_1;   // major and minor in one number, from then on
constexpr std::uint8_t type = BPF_REG_2;
constexpr std::uint8_t access = BPF_REG_3;
constexpr std::uint8_t major_number = BPF_REG_4;
constexpr std::uint8_t minor_number = BPF_REG_5;

// A device number of the kernel is 12 bits of major and 20 of minor. One comparison for both keeps the program short:
// what it costs to load is the verifier's walk over each branch.
constexpr unsigned minor_bits = 20;
constexpr std::uint32_t major_limit = 1U << 12U;
constexpr std::uint32_t minor_limit = 1U << minor_bits;

constexpr std::int32_t immediate(std::uint32_t value) { return static_cast<std::int32_t>(value); }

class Assembler {
 public:
  void load(std::uint8_t target, std::size_t offset) {
    emit(BPF_LDX | BPF_MEM | BPF_W, target, context, static_cast<std::int16_t>(offset), 0);
  }
  void compute(unsigned operation, std::uint8_t target, std::uint32_t value, unsigned width = BPF_ALU) {
    emit(width | operation | BPF_K, target, 0, 0, immediate(value));
  }
  void compute_with(unsigned operation, std::uint8_t target, std::uint8_t source) {
    emit(BPF_ALU | operation | BPF_X, target, source, 0, 0);
  }
  /// A jump to a place that land() names later.
  std::size_t jump(unsigned condition, std::uint8_t target, std::uint32_t value) {
    emit(BPF_JMP | condition | BPF_K, target, 0, 0, immediate(value));
    return program_.size() - 1;
  }
  void land(std::size_t jump) { program_[jump].off = static_cast<std::int16_t>(program_.size() - jump - 1); }
  void finish(bool allow) {
    compute(BPF_MOV, result, allow ? 1 : 0);
    exit();
  }
  void exit() { emit(BPF_JMP | BPF_EXIT, 0, 0, 0, 0); }
  [[nodiscard]] std::vector<bpf_insn> take() { return std::move(program_); }

 private:
  void emit(unsigned code, std::uint8_t target, std::uint8_t source, std::int16_t offset, std::int32_t value) {
    bpf_insn made{};
    made.code = static_cast<std::uint8_t>(code);
    made.dst_reg = target & 0xFU;
    made.src_reg = source & 0xFU;
    made.off = offset;
    made.imm = value;
    program_.push_back(made);
  }

  std::vector<bpf_insn> program_;
};

/// The exceptions of one type of device: those about the same ways of access together, full access first.
using Group = std::pair<unsigned, std::vector<DeviceMatch>>;

bool possible(const DeviceMatch& match) {
  return match.major.value_or(0) < major_limit && match.minor.value_or(0) < minor_limit;
}

bool is_any(const DeviceMatch& match) { return !match.major && !match.minor; }

std::vector<Group> groups_of(const DeviceSet& set, char wanted) {
  std::map<unsigned, std::vector<DeviceMatch>, std::greater<>> by_access;
  for (const auto& [match, bits] : set.exceptions()) {
    if (match.type == wanted && possible(match)) by_access[bits].push_back(match);
  }
  std::vector<Group> groups{by_access.begin(), by_access.end()};
  for (auto& [bits, matches] : groups) {
    // What follows an unconditional jump is unreachable, and the verifier refuses that.
    const auto any = std::ranges::find_if(matches, is_any);
    if (any != matches.end()) matches = {*any};
  }
  const bool decides_all =
      !groups.empty() && groups.front().first == device_access::all && is_any(groups.front().second.front());
  if (decides_all) groups.resize(1);
  return groups;
}

/// `condition` is BPF_JEQ or BPF_JNE.
std::size_t compare(Assembler& program, unsigned condition, const DeviceMatch& match) {
  if (match.major && match.minor) return program.jump(condition, device, *match.major << minor_bits | *match.minor);
  if (match.major) return program.jump(condition, major_number, *match.major);
  return program.jump(condition, minor_number, *match.minor);
}

std::size_t jump_if_match(Assembler& program, const DeviceMatch& match) {
  return is_any(match) ? program.jump(BPF_JA, 0, 0) : compare(program, BPF_JEQ, match);
}

void append_prologue(Assembler& program) {
  program.load(type, offsetof(bpf_cgroup_dev_ctx, access_type));
  program.compute_with(BPF_MOV, access, type);
  program.compute(BPF_AND, type, 0xFFFF);  // the lower half is the type, the upper the access
  program.compute(BPF_RSH, access, 16);
  program.load(major_number, offsetof(bpf_cgroup_dev_ctx, major));
  program.load(minor_number, offsetof(bpf_cgroup_dev_ctx, minor));
  program.compute_with(BPF_MOV, device, major_number);
  program.compute(BPF_LSH, device, minor_bits);
  program.compute_with(BPF_OR, device, minor_number);
  // Jumps compare with an immediate whose sign is extended to 64 bits.
  program.compute(BPF_LSH, device, 32, BPF_ALU64);
  program.compute(BPF_ARSH, device, 32, BPF_ALU64);
}

/// Jumps to a place that land() names later for an access that exceptions with `bits` are not about.
std::size_t jump_if_other_access(Assembler& program, unsigned bits, bool allow) {
  // To be allowed, all that is asked for must be in it; to be denied, one bit of it is enough.
  program.compute_with(BPF_MOV, result, access);
  program.compute(BPF_AND, result, allow ? device_access::all & ~bits : bits);
  return program.jump(allow ? BPF_JNE : BPF_JEQ, result, 0);
}

/// Jumps to one of `hits` for an access that one of `groups` is about, else goes on after them.
void append_type(Assembler& program, std::uint32_t kind, const std::vector<Group>& groups, bool allow,
                 std::vector<std::size_t>& hits) {
  const auto other_type = program.jump(BPF_JNE, type, kind);
  for (const auto& [bits, matches] : groups) {
    const bool partial = bits != device_access::all;
    std::size_t other_access = 0;
    if (partial) other_access = jump_if_other_access(program, bits, allow);
    for (const auto& match : matches) hits.push_back(jump_if_match(program, match));
    if (partial) program.land(other_access);
  }
  program.land(other_type);
}

/// More exceptions than this are compiled in blocks. A jump reaches 32767 instructions, and the verifier puts each branch
/// aside that it has not walked yet: 8192 at most.
constexpr std::size_t many = 4096;

/// As append_type(), for any number of exceptions: each answers where it is, so that no branch is put aside for long, and no
/// jump leaves its block.
void append_type_in_blocks(Assembler& program, std::uint32_t kind, const std::vector<Group>& groups, bool allow) {
  for (const auto& [bits, matches] : groups) {
    const bool partial = bits != device_access::all;
    for (std::size_t begin = 0; begin < matches.size(); begin += many) {
      const auto other_type = program.jump(BPF_JNE, type, kind);
      const auto other_access = partial ? jump_if_other_access(program, bits, allow) : other_type;
      program.compute(BPF_MOV, result, allow ? 1 : 0);
      for (auto at = begin; at < std::min(begin + many, matches.size()); ++at) {
        if (is_any(matches[at])) {
          program.exit();
          continue;  // it is alone in its group
        }
        const auto miss = compare(program, BPF_JNE, matches[at]);
        program.exit();
        program.land(miss);
      }
      program.land(other_type);
      program.land(other_access);
    }
  }
}

}  // namespace

std::vector<bpf_insn> device_program(const DeviceSet& set) {
  const bool allow = !set.allows_by_default();  // what an exception does
  Assembler program;
  std::vector<std::size_t> hits;
  append_prologue(program);
  for (const auto& [kind, letter] : {std::pair{BPF_DEVCG_DEV_CHAR, 'c'}, std::pair{BPF_DEVCG_DEV_BLOCK, 'b'}}) {
    const auto groups = groups_of(set, letter);
    if (groups.empty()) continue;
    if (set.exceptions().size() > many) {
      append_type_in_blocks(program, kind, groups, allow);
    } else {
      append_type(program, kind, groups, allow, hits);
    }
  }
  program.finish(!allow);
  for (const auto hit : hits) program.land(hit);
  if (!hits.empty()) program.finish(allow);
  return program.take();
}

}  // namespace corten::cgroup
