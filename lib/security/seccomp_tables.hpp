// SPDX-License-Identifier: Apache-2.0
// The names of seccomp profiles: parser, `features` and tests read the same rows.
#pragma once

#include <linux/seccomp.h>
#include <seccomp.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/named_table.hpp"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)  // Linux 5.19
#endif

#ifndef SCMP_ARCH_LOONGARCH64  // libseccomp 2.6
#define SCMP_ARCH_LOONGARCH64 0
#endif
#ifndef SCMP_ARCH_M68K  // libseccomp 2.6
#define SCMP_ARCH_M68K 0
#endif
#ifndef SCMP_ARCH_SH  // libseccomp 2.6
#define SCMP_ARCH_SH 0
#define SCMP_ARCH_SHEB 0
#endif

namespace corten::security {

struct FilterAction {
  std::uint32_t value;       // SECCOMP_RET_*
  std::uint32_t most_errno;  // 0: the action takes no errnoRet
  bool operator==(const FilterAction&) const = default;
};

inline constexpr std::uint32_t most_errno = 4094;          // libseccomp takes no more, the kernel one more (MAX_ERRNO)
inline constexpr std::uint32_t most_trace_value = 0xffff;  // SECCOMP_RET_DATA

inline constexpr auto filter_actions = named_table<FilterAction>({
    {"SCMP_ACT_ALLOW", {SCMP_ACT_ALLOW, 0}},
    {"SCMP_ACT_ERRNO", {SCMP_ACT_ERRNO(0U), most_errno}},
    {"SCMP_ACT_KILL", {SCMP_ACT_KILL_THREAD, 0}},
    {"SCMP_ACT_KILL_PROCESS", {SCMP_ACT_KILL_PROCESS, 0}},
    {"SCMP_ACT_KILL_THREAD", {SCMP_ACT_KILL_THREAD, 0}},
    {"SCMP_ACT_LOG", {SCMP_ACT_LOG, 0}},
    {"SCMP_ACT_NOTIFY", {SCMP_ACT_NOTIFY, 0}},
    {"SCMP_ACT_TRACE", {SCMP_ACT_TRACE(0U), most_trace_value}},
    {"SCMP_ACT_TRAP", {SCMP_ACT_TRAP, 0}},
});

inline constexpr auto filter_operators = named_table<scmp_compare>({
    {"SCMP_CMP_EQ", SCMP_CMP_EQ},
    {"SCMP_CMP_GE", SCMP_CMP_GE},
    {"SCMP_CMP_GT", SCMP_CMP_GT},
    {"SCMP_CMP_LE", SCMP_CMP_LE},
    {"SCMP_CMP_LT", SCMP_CMP_LT},
    {"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
    {"SCMP_CMP_NE", SCMP_CMP_NE},
});

/// The spec's names. libseccomp's number of an architecture: the kernel's AUDIT_ARCH_* but for x32. 0: newer than our libseccomp.
inline constexpr auto filter_architectures = named_table<std::uint32_t>({
    {"SCMP_ARCH_AARCH64", SCMP_ARCH_AARCH64},
    {"SCMP_ARCH_ARM", SCMP_ARCH_ARM},
    {"SCMP_ARCH_LOONGARCH64", SCMP_ARCH_LOONGARCH64},
    {"SCMP_ARCH_M68K", SCMP_ARCH_M68K},
    {"SCMP_ARCH_MIPS", SCMP_ARCH_MIPS},
    {"SCMP_ARCH_MIPS64", SCMP_ARCH_MIPS64},
    {"SCMP_ARCH_MIPS64N32", SCMP_ARCH_MIPS64N32},
    {"SCMP_ARCH_MIPSEL", SCMP_ARCH_MIPSEL},
    {"SCMP_ARCH_MIPSEL64", SCMP_ARCH_MIPSEL64},
    {"SCMP_ARCH_MIPSEL64N32", SCMP_ARCH_MIPSEL64N32},
    {"SCMP_ARCH_PARISC", SCMP_ARCH_PARISC},
    {"SCMP_ARCH_PARISC64", SCMP_ARCH_PARISC64},
    {"SCMP_ARCH_PPC", SCMP_ARCH_PPC},
    {"SCMP_ARCH_PPC64", SCMP_ARCH_PPC64},
    {"SCMP_ARCH_PPC64LE", SCMP_ARCH_PPC64LE},
    {"SCMP_ARCH_RISCV64", SCMP_ARCH_RISCV64},
    {"SCMP_ARCH_S390", SCMP_ARCH_S390},
    {"SCMP_ARCH_S390X", SCMP_ARCH_S390X},
    {"SCMP_ARCH_SH", SCMP_ARCH_SH},
    {"SCMP_ARCH_SHEB", SCMP_ARCH_SHEB},
    {"SCMP_ARCH_X32", SCMP_ARCH_X32},
    {"SCMP_ARCH_X86", SCMP_ARCH_X86},
    {"SCMP_ARCH_X86_64", SCMP_ARCH_X86_64},
});

/// The flags of seccomp(2). TSYNC is taken and means nothing, as in runc: our init has one thread.
inline constexpr auto filter_flags = named_table<std::uint32_t>({
    {"SECCOMP_FILTER_FLAG_TSYNC", 0},
    {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW},
    {"SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG},
    {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV},
});

/// The names of a table in its order.
template <class Value, std::size_t Size>
[[nodiscard]] std::vector<std::string> names_of(const NamedTable<Value, Size>& table) {
  std::vector<std::string> names;
  names.reserve(Size);
  for (const auto& row : table.rows) names.emplace_back(row.name);
  return names;
}

/// Whether the kernel takes this flag of seccomp(2).
[[nodiscard]] bool kernel_takes_flag(std::uint32_t flag);

/// The names of `filter_architectures` that our libseccomp knows.
[[nodiscard]] std::vector<std::string> supported_architectures();

/// The names of `filter_flags` that the kernel takes.
[[nodiscard]] std::vector<std::string> supported_filter_flags();

}  // namespace corten::security
