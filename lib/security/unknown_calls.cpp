// SPDX-License-Identifier: Apache-2.0
#include "security/unknown_calls.hpp"

#include <linux/audit.h>
#include <linux/seccomp.h>

#include <cerrno>
#include <cstddef>

namespace corten::security {
namespace {

constexpr std::uint32_t x32_bit = 0x40000000;
constexpr std::uint32_t no_such_call = SECCOMP_RET_ERRNO | ENOSYS;

sock_filter load(std::uint32_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset); }
sock_filter jump_if(std::uint16_t condition, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
  return BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | BPF_K | condition), value, yes, no);
}
sock_filter go_on() { return BPF_STMT(BPF_JMP | BPF_JA, 0); }  // its distance is known only at the end
sock_filter give_up() { return BPF_STMT(BPF_RET | BPF_K, no_such_call); }

/// With the number loaded: ENOSYS beyond `last`, else on to the filter.
void add_limit(std::vector<sock_filter>& code, std::uint32_t last) {
  code.push_back(jump_if(BPF_JGT, last, 0, 1));
  code.push_back(give_up());
}

std::vector<sock_filter> section(const NewestCalls& calls) {
  std::vector<sock_filter> code;
  code.push_back(load(offsetof(seccomp_data, nr)));
  if (calls.audit_arch == AUDIT_ARCH_S390 || calls.audit_arch == AUDIT_ARCH_S390X) {
    // The instruction has room for 255 numbers; larger ones go in a register, with 0 in the instruction, and one that
    // the kernel does not know stays 0 here. That is setup(2), which nobody calls any more.
    code.push_back(jump_if(BPF_JEQ, 0, 0, 1));
    code.push_back(give_up());
  }
  if (calls.audit_arch != AUDIT_ARCH_X86_64) {
    add_limit(code, *calls.last);
    code.push_back(go_on());
    return code;
  }
  std::vector<sock_filter> x32;
  if (calls.last_x32) add_limit(x32, *calls.last_x32);
  x32.push_back(go_on());
  code.push_back(jump_if(BPF_JSET, x32_bit, 0, static_cast<std::uint8_t>(x32.size())));
  code.insert(code.end(), x32.begin(), x32.end());
  if (calls.last) add_limit(code, *calls.last);
  code.push_back(go_on());
  return code;
}

}  // namespace

std::vector<sock_filter> unknown_calls_prologue(const std::vector<NewestCalls>& architectures) {
  std::vector<sock_filter> program;
  program.push_back(load(offsetof(seccomp_data, arch)));
  for (const auto& calls : architectures) {
    if (!calls.last && !calls.last_x32) continue;
    const auto code = section(calls);
    program.push_back(jump_if(BPF_JEQ, calls.audit_arch, 0, static_cast<std::uint8_t>(code.size())));
    program.insert(program.end(), code.begin(), code.end());
  }
  if (program.size() == 1) return {};
  for (std::size_t i = 0; i < program.size(); ++i) {
    if (program[i].code == (BPF_JMP | BPF_JA)) program[i].k = static_cast<std::uint32_t>(program.size() - i - 1);
  }
  return program;
}

}  // namespace corten::security
