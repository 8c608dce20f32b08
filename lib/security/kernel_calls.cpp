// SPDX-License-Identifier: Apache-2.0
#include "security/kernel_calls.hpp"

#include <seccomp.h>

#include <algorithm>
#include <optional>
#include <string>

#include "security/seccomp_tables.hpp"

namespace corten::security {
namespace {

/// Architectures that have headers of their own, as a set.
enum Where : std::uint32_t {
  aarch64 = 1U << 0U,
  arm = 1U << 1U,
  loongarch64 = 1U << 2U,
  m68k = 1U << 3U,
  mips_n32 = 1U << 4U,
  mips_n64 = 1U << 5U,
  mips_o32 = 1U << 6U,
  parisc = 1U << 7U,
  parisc64 = 1U << 8U,
  ppc = 1U << 9U,
  ppc64 = 1U << 10U,
  riscv64 = 1U << 11U,
  s390 = 1U << 12U,  // 31 and 64 bits
  sh = 1U << 13U,
  x32 = 1U << 14U,
  x86 = 1U << 15U,
  x86_64 = 1U << 16U,
  all = (1U << 17U) - 1,
};

struct KernelCall {
  std::uint16_t number;
  std::uint32_t where;
};

#include "security/kernel_calls.inc"

static_assert(std::ranges::is_sorted(kernel_calls.rows, {}, &Named<KernelCall>::name));

struct Numbering {
  std::uint32_t architecture;  // libseccomp's; 0: newer than our libseccomp
  std::uint32_t where;
  int first = 0;  // where the numbers begin
};

constexpr Numbering numberings[] = {
    {SCMP_ARCH_X86_64, x86_64},
    {SCMP_ARCH_X86, x86},
    {SCMP_ARCH_X32, x32, 0x40000000},
    {SCMP_ARCH_AARCH64, aarch64},
    {SCMP_ARCH_ARM, arm},
    {SCMP_ARCH_LOONGARCH64, loongarch64},
    {SCMP_ARCH_M68K, m68k},
    {SCMP_ARCH_MIPS, mips_o32, 4000},
    {SCMP_ARCH_MIPSEL, mips_o32, 4000},
    {SCMP_ARCH_MIPS64, mips_n64, 5000},
    {SCMP_ARCH_MIPSEL64, mips_n64, 5000},
    {SCMP_ARCH_MIPS64N32, mips_n32, 6000},
    {SCMP_ARCH_MIPSEL64N32, mips_n32, 6000},
    {SCMP_ARCH_PARISC, parisc},
    {SCMP_ARCH_PARISC64, parisc64},
    {SCMP_ARCH_PPC, ppc},
    {SCMP_ARCH_PPC64, ppc64},
    {SCMP_ARCH_PPC64LE, ppc64},
    {SCMP_ARCH_RISCV64, riscv64},
    {SCMP_ARCH_S390, s390},
    {SCMP_ARCH_S390X, s390},
    {SCMP_ARCH_SH, sh},
    {SCMP_ARCH_SHEB, sh},
};

const KernelCall* find(std::string_view name) {
  const auto* row = std::ranges::lower_bound(kernel_calls.rows, name, {}, &Named<KernelCall>::name);
  return row != kernel_calls.rows.end() && row->name == name ? &row->value : nullptr;
}

std::optional<int> number_of(const KernelCall& call, std::uint32_t architecture) {
  for (const auto& row : numberings) {
    if (row.architecture == architecture && (call.where & row.where) != 0) return row.first + call.number;
  }
  return std::nullopt;
}

}  // namespace

bool is_kernel_call(std::string_view name) { return find(name) != nullptr; }

int libseccomp_number(std::uint32_t architecture, std::string_view name) {
  return ::seccomp_syscall_resolve_name_arch(architecture, std::string{name}.c_str());
}

int call_number(std::uint32_t architecture, std::string_view name) {
  const int known = libseccomp_number(architecture, name);
  if (known >= 0) return known;
  const auto* call = find(name);
  return call == nullptr ? known : number_of(*call, architecture).value_or(known);
}

bool libseccomp_lacks(std::string_view name, const std::vector<std::uint32_t>& architectures) {
  const auto* call = find(name);
  return call != nullptr && std::ranges::any_of(architectures, [&](std::uint32_t architecture) {
           return libseccomp_number(architecture, name) < 0 && number_of(*call, architecture).has_value();
         });
}

std::string_view kernel_headers() { return headers_version; }

}  // namespace corten::security
