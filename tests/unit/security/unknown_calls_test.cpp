// SPDX-License-Identifier: Apache-2.0
#include "security/unknown_calls.hpp"

#include <linux/audit.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "filter_machine.hpp"

using namespace corten::security;

namespace {

constexpr std::uint32_t passed = SECCOMP_RET_LOG;  // from the filter behind the prologue
constexpr std::uint32_t unknown = SECCOMP_RET_ERRNO | ENOSYS;
constexpr std::uint32_t x32 = 0x40000000;

FilterMachine prologue(const std::vector<NewestCalls>& architectures) {
  auto program = unknown_calls_prologue(architectures);
  program.push_back(BPF_STMT(BPF_RET | BPF_K, passed));
  return FilterMachine{std::move(program)};
}

}  // namespace

TEST_CASE("numbers beyond an architecture's last get ENOSYS, others go to the filter", "[security]") {
  const auto machine = prologue({{AUDIT_ARCH_AARCH64, 100, {}}, {AUDIT_ARCH_ARM, 200, {}}});
  const auto limited = [&](std::uint32_t arch, std::uint32_t last) {
    CAPTURE(arch);
    CHECK(machine.run({arch, 0, {}}) == passed);
    CHECK(machine.run({arch, last, {}}) == passed);
    CHECK(machine.run({arch, last + 1, {}}) == unknown);
    CHECK(machine.run({arch, 0xFFFFFFFF, {}}) == unknown);
  };
  limited(AUDIT_ARCH_AARCH64, 100);
  limited(AUDIT_ARCH_ARM, 200);
  CHECK(machine.run({AUDIT_ARCH_X86_64, 0xFFFFFFFF, {}}) == passed);
}

TEST_CASE("x86_64 and x32 are one architecture with a last number each", "[security]") {
  const auto both = prologue({{AUDIT_ARCH_X86_64, 100, x32 | 200U}});
  CHECK(both.run({AUDIT_ARCH_X86_64, 100, {}}) == passed);
  CHECK(both.run({AUDIT_ARCH_X86_64, 101, {}}) == unknown);
  CHECK(both.run({AUDIT_ARCH_X86_64, x32 | 101U, {}}) == passed);
  CHECK(both.run({AUDIT_ARCH_X86_64, x32 | 200U, {}}) == passed);
  CHECK(both.run({AUDIT_ARCH_X86_64, x32 | 201U, {}}) == unknown);
}

TEST_CASE("without x32 its numbers are the filter's to judge, and the other way round", "[security]") {
  const auto x86_64_only = prologue({{AUDIT_ARCH_X86_64, 100, {}}});
  CHECK(x86_64_only.run({AUDIT_ARCH_X86_64, 101, {}}) == unknown);
  CHECK(x86_64_only.run({AUDIT_ARCH_X86_64, x32 | 101U, {}}) == passed);
  const auto x32_only = prologue({{AUDIT_ARCH_X86_64, {}, x32 | 100U}});
  CHECK(x32_only.run({AUDIT_ARCH_X86_64, 101, {}}) == passed);
  CHECK(x32_only.run({AUDIT_ARCH_X86_64, x32 | 101U, {}}) == unknown);
}

TEST_CASE("on s390 number 0 is how an unknown call looks", "[security]") {
  for (const std::uint32_t arch : {std::uint32_t{AUDIT_ARCH_S390}, std::uint32_t{AUDIT_ARCH_S390X}}) {
    const auto machine = prologue({{arch, 100, {}}});
    CHECK(machine.run({arch, 0, {}}) == unknown);
    CHECK(machine.run({arch, 1, {}}) == passed);
    CHECK(machine.run({arch, 101, {}}) == unknown);
  }
  CHECK(prologue({{AUDIT_ARCH_PPC64LE, 100, {}}}).run({AUDIT_ARCH_PPC64LE, 0, {}}) == passed);
}

TEST_CASE("nothing is put before a filter that names no call of any architecture", "[security]") {
  CHECK(unknown_calls_prologue({}).empty());
  CHECK(unknown_calls_prologue({{AUDIT_ARCH_X86_64, {}, {}}, {AUDIT_ARCH_ARM, {}, {}}}).empty());
}

TEST_CASE("all architectures at once stay within the kernel's jumps", "[security]") {
  std::vector<NewestCalls> all{{AUDIT_ARCH_X86_64, 7, x32 | 7U}};
  for (std::uint32_t arch = 1; arch <= 40; ++arch) all.push_back({arch, arch * 10, {}});
  const auto machine = prologue(all);
  for (std::uint32_t arch = 1; arch <= 40; ++arch) {
    CHECK(machine.run({arch, arch * 10, {}}) == passed);
    CHECK(machine.run({arch, arch * 10 + 1, {}}) == unknown);
  }
}
