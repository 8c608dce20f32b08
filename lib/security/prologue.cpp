// SPDX-License-Identifier: Apache-2.0
#include "security/prologue.hpp"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include <cerrno>
#include <cstddef>

namespace corten::security {
namespace {

using Program = std::vector<sock_filter>;

constexpr std::uint32_t x32_bit = 0x40000000;
constexpr std::uint32_t no_such_call = SECCOMP_RET_ERRNO | ENOSYS;
constexpr std::uint32_t to_the_end = 0xffffffff;  // a distance that is known only when all is there

sock_filter load(std::uint32_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset); }
sock_filter jump(std::uint32_t distance) { return BPF_STMT(BPF_JMP | BPF_JA, distance); }
sock_filter jump_if(std::uint16_t condition, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
  return BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | BPF_K | condition), value, yes, no);
}
sock_filter give_up() { return BPF_STMT(BPF_RET | BPF_K, no_such_call); }

void append(Program& program, const Program& more) { program.insert(program.end(), more.begin(), more.end()); }

/// `code` where what is loaded is one of `values`; both may be more than a conditional jump reaches.
void add_case(Program& program, const std::vector<std::uint32_t>& values, const Program& code) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool last = i + 1 == values.size();
    program.push_back(jump_if(BPF_JEQ, values[i], last ? 1 : 0, last ? 0 : 1));
    const auto rest = 2 * (values.size() - i - 1);
    program.push_back(jump(static_cast<std::uint32_t>(last ? code.size() : rest)));
  }
  append(program, code);
}

/// With the number loaded: ENOSYS beyond `last`, else on to the filter.
Program limit(std::optional<std::uint32_t> last) {
  if (!last) return {jump(to_the_end)};
  return {jump_if(BPF_JGT, *last, 0, 1), give_up(), jump(to_the_end)};
}

Program section(const ArchitecturePrologue& architecture) {
  Program code{load(offsetof(seccomp_data, nr))};
  for (const auto& call : architecture.calls) add_case(code, call.numbers, call.code);
  const bool s390 = architecture.audit_arch == AUDIT_ARCH_S390 || architecture.audit_arch == AUDIT_ARCH_S390X;
  // The instruction has room for 255 numbers; larger ones go in a register, with 0 in the instruction, and one that the
  // kernel does not know stays 0 here. That is setup(2), which nobody calls any more.
  if (s390 && architecture.last) append(code, {jump_if(BPF_JEQ, 0, 0, 1), give_up()});
  if (architecture.audit_arch == AUDIT_ARCH_X86_64) {
    const auto x32 = limit(architecture.last_x32);
    code.push_back(jump_if(BPF_JSET, x32_bit, 0, static_cast<std::uint8_t>(x32.size())));
    append(code, x32);
  }
  append(code, limit(architecture.last));
  return code;
}

}  // namespace

std::vector<sock_filter> prologue(const std::vector<ArchitecturePrologue>& architectures) {
  Program program{load(offsetof(seccomp_data, arch))};
  for (const auto& architecture : architectures) {
    if (!architecture.last && !architecture.last_x32 && architecture.calls.empty()) continue;
    add_case(program, {architecture.audit_arch}, section(architecture));
  }
  if (program.size() == 1) return {};
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (program[i].code == (BPF_JMP | BPF_JA) && program[i].k == to_the_end) {
      program[i].k = static_cast<std::uint32_t>(program.size() - i - 1);
    }
  }
  return program;
}

}  // namespace corten::security
