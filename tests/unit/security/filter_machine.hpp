// SPDX-License-Identifier: Apache-2.0
// Runs system call filters as the kernel would: what they answer is what counts, not how they look.
#pragma once

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace corten::security {

struct SystemCall {
  std::uint32_t arch = AUDIT_ARCH_X86_64;
  std::uint32_t number = 0;
  std::array<std::uint64_t, 6> arguments{};
};

class FilterMachine {
 public:
  /// Refuses, with std::logic_error, what the kernel would refuse to load.
  explicit FilterMachine(std::string_view bytes) : program_(bytes.size() / sizeof(sock_filter)) {
    must(bytes.size() % sizeof(sock_filter) == 0, "the program ends within an instruction");
    std::memcpy(program_.data(), bytes.data(), bytes.size());
    check();
  }
  explicit FilterMachine(std::vector<sock_filter> program) : program_{std::move(program)} { check(); }

  [[nodiscard]] std::uint32_t run(const SystemCall& call) const {
    seccomp_data data{};
    data.nr = static_cast<int>(call.number);
    data.arch = call.arch;
    for (std::size_t i = 0; i < call.arguments.size(); ++i) data.args[i] = call.arguments.at(i);
    std::uint32_t accumulator = 0;
    for (std::size_t at = 0;; ++at) {
      const auto& code = program_.at(at);
      switch (code.code) {
        case BPF_LD | BPF_W | BPF_ABS:
          std::memcpy(&accumulator, reinterpret_cast<const char*>(&data) + code.k, sizeof accumulator);
          break;
        case BPF_ALU | BPF_AND | BPF_K: accumulator &= code.k; break;
        case BPF_JMP | BPF_JA: at += code.k; break;
        case BPF_JMP | BPF_JEQ | BPF_K: at += accumulator == code.k ? code.jt : code.jf; break;
        case BPF_JMP | BPF_JGT | BPF_K: at += accumulator > code.k ? code.jt : code.jf; break;
        case BPF_JMP | BPF_JGE | BPF_K: at += accumulator >= code.k ? code.jt : code.jf; break;
        case BPF_JMP | BPF_JSET | BPF_K: at += (accumulator & code.k) != 0 ? code.jt : code.jf; break;
        default: return code.k;  // check() has seen to it that this is a return
      }
    }
  }

  [[nodiscard]] std::size_t size() const { return program_.size(); }

 private:
  static void must(bool holds, const std::string& what) {
    if (!holds) throw std::logic_error{what};
  }

  void check() const {
    must(!program_.empty() && program_.size() <= BPF_MAXINSNS, "the program has no size that the kernel takes");
    must(program_.back().code == (BPF_RET | BPF_K), "the program's end can be run over");
    for (std::size_t at = 0; at < program_.size(); ++at) check(program_[at], program_.size() - at - 1);
  }

  static void check(const sock_filter& code, std::size_t behind) {
    switch (code.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        must(code.k % 4 == 0 && code.k < sizeof(seccomp_data), "a load is out of bounds");
        break;
      case BPF_JMP | BPF_JA: must(code.k < behind, "a jump is out of bounds"); break;
      case BPF_JMP | BPF_JEQ | BPF_K:
      case BPF_JMP | BPF_JGT | BPF_K:
      case BPF_JMP | BPF_JGE | BPF_K:
      case BPF_JMP | BPF_JSET | BPF_K: must(code.jt < behind && code.jf < behind, "a branch is out of bounds"); break;
      case BPF_ALU | BPF_AND | BPF_K:
      case BPF_RET | BPF_K: break;
      default: must(false, "instruction " + std::to_string(code.code) + " is not one of a filter");
    }
  }

  std::vector<sock_filter> program_;
};

}  // namespace corten::security
