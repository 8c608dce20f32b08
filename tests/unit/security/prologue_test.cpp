// SPDX-License-Identifier: Apache-2.0
#include "security/prologue.hpp"

#include <linux/audit.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "filter_machine.hpp"

using namespace corten::security;

namespace {

constexpr std::uint32_t passed = SECCOMP_RET_LOG;  // from the filter behind the prologue
constexpr std::uint32_t unknown = SECCOMP_RET_ERRNO | ENOSYS;
constexpr std::uint32_t x32 = 0x40000000;

FilterMachine machine_of(const std::vector<ArchitecturePrologue>& architectures) {
  auto program = prologue(architectures);
  program.push_back(BPF_STMT(BPF_RET | BPF_K, passed));
  return FilterMachine{std::move(program)};
}

}  // namespace

TEST_CASE("numbers beyond an architecture's last get ENOSYS, others go to the filter", "[security]") {
  const auto machine = machine_of({{AUDIT_ARCH_AARCH64, 100, {}, {}}, {AUDIT_ARCH_ARM, 200, {}, {}}});
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
  const auto both = machine_of({{AUDIT_ARCH_X86_64, 100, x32 | 200U, {}}});
  CHECK(both.run({AUDIT_ARCH_X86_64, 100, {}}) == passed);
  CHECK(both.run({AUDIT_ARCH_X86_64, 101, {}}) == unknown);
  CHECK(both.run({AUDIT_ARCH_X86_64, x32 | 101U, {}}) == passed);
  CHECK(both.run({AUDIT_ARCH_X86_64, x32 | 200U, {}}) == passed);
  CHECK(both.run({AUDIT_ARCH_X86_64, x32 | 201U, {}}) == unknown);
}

TEST_CASE("without x32 its numbers are the filter's to judge, and the other way round", "[security]") {
  const auto x86_64_only = machine_of({{AUDIT_ARCH_X86_64, 100, {}, {}}});
  CHECK(x86_64_only.run({AUDIT_ARCH_X86_64, 101, {}}) == unknown);
  CHECK(x86_64_only.run({AUDIT_ARCH_X86_64, x32 | 101U, {}}) == passed);
  const auto x32_only = machine_of({{AUDIT_ARCH_X86_64, {}, x32 | 100U, {}}});
  CHECK(x32_only.run({AUDIT_ARCH_X86_64, 101, {}}) == passed);
  CHECK(x32_only.run({AUDIT_ARCH_X86_64, x32 | 101U, {}}) == unknown);
}

TEST_CASE("on s390 number 0 is how an unknown call looks", "[security]") {
  for (const std::uint32_t arch : {std::uint32_t{AUDIT_ARCH_S390}, std::uint32_t{AUDIT_ARCH_S390X}}) {
    const auto machine = machine_of({{arch, 100, {}, {}}});
    CHECK(machine.run({arch, 0, {}}) == unknown);
    CHECK(machine.run({arch, 1, {}}) == passed);
    CHECK(machine.run({arch, 101, {}}) == unknown);
  }
  CHECK(machine_of({{AUDIT_ARCH_PPC64LE, 100, {}, {}}}).run({AUDIT_ARCH_PPC64LE, 0, {}}) == passed);
}

TEST_CASE("nothing is put before a filter that names no call of any architecture", "[security]") {
  CHECK(prologue({}).empty());
  CHECK(prologue({{AUDIT_ARCH_X86_64, {}, {}, {}}, {AUDIT_ARCH_ARM, {}, {}, {}}}).empty());
}

TEST_CASE("all architectures at once stay within the kernel's jumps", "[security]") {
  std::vector<ArchitecturePrologue> all{{AUDIT_ARCH_X86_64, 7, x32 | 7U, {}}};
  for (std::uint32_t arch = 1; arch <= 40; ++arch) all.push_back({arch, arch * 10, {}, {}});
  const auto machine = machine_of(all);
  for (std::uint32_t arch = 1; arch <= 40; ++arch) {
    CHECK(machine.run({arch, arch * 10, {}}) == passed);
    CHECK(machine.run({arch, arch * 10 + 1, {}}) == unknown);
  }
}

TEST_CASE("a special call is answered by its own program, however long, on its architecture", "[security]") {
  constexpr std::uint32_t special = SECCOMP_RET_TRAP;
  std::vector<sock_filter> code(400, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0));
  code.push_back(BPF_STMT(BPF_RET | BPF_K, special));
  const auto machine = machine_of({{AUDIT_ARCH_ARM, {}, {}, {{{7, 10}, code}}},
                                   {AUDIT_ARCH_X86_64, 100, x32 | 100U, {{{7, 200, x32 | 8U}, code}, {{9}, code}}}});
  CHECK(machine.run({AUDIT_ARCH_ARM, 7, {}}) == special);
  CHECK(machine.run({AUDIT_ARCH_ARM, 8, {}}) == passed);
  CHECK(machine.run({AUDIT_ARCH_ARM, 10, {}}) == special);
  CHECK(machine.run({AUDIT_ARCH_X86_64, 7, {}}) == special);
  CHECK(machine.run({AUDIT_ARCH_X86_64, 8, {}}) == passed);
  CHECK(machine.run({AUDIT_ARCH_X86_64, 9, {}}) == special);
  CHECK(machine.run({AUDIT_ARCH_X86_64, x32 | 7U, {}}) == passed);
  CHECK(machine.run({AUDIT_ARCH_X86_64, x32 | 8U, {}}) == special);
  CHECK(machine.run({AUDIT_ARCH_X86_64, 101, {}}) == unknown);
  CHECK(machine.run({AUDIT_ARCH_X86_64, 200, {}}) == special);
  CHECK(machine.run({AUDIT_ARCH_AARCH64, 7, {}}) == passed);
}
