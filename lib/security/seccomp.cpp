// SPDX-License-Identifier: Apache-2.0
#include "security/seccomp.hpp"

#include <fmt/core.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "security/argument_sets.hpp"
#include "security/filter_rules.hpp"
#include "security/kernel_calls.hpp"
#include "security/prologue.hpp"
#include "security/seccomp_tables.hpp"
#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::security {
namespace {

struct Releaser {
  void operator()(void* filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Releaser>;

/// libseccomp returns what the kernel would put into errno, negative.
template <class What>
void must(int result, What&& what) {
  if (result < 0) throw_errno(what(), -result);
}

Filter make_filter(const CheckedFilter& checked) {
  Filter filter{::seccomp_init(checked.default_action)};
  if (!filter) throw Error{"linux.seccomp.defaultAction: libseccomp takes no filter with it on this kernel"};
  for (std::size_t i = 0; i < checked.architectures.size(); ++i) {
    const int result = ::seccomp_arch_add(filter.get(), checked.architectures[i]);
    if (result == -EEXIST) continue;
    must(result, [&] {
      return fmt::format("linux.seccomp.architectures[{}]: error adding architecture {} to seccomp filter", i,
                         filter_architectures.name_of(checked.architectures[i]));
    });
  }
  return filter;
}

void add_call(scmp_filter_ctx filter, const CheckedRule& rule, int number, const std::string& name) {
  const auto add = [&](const scmp_arg_cmp* comparisons, std::size_t count) {
    must(::seccomp_rule_add_array(filter, rule.action, number, static_cast<unsigned>(count), comparisons), [&] {
      return fmt::format("linux.seccomp.syscalls[{}]: error adding seccomp rule for syscall {}", rule.index, name);
    });
  };
  if (!rule.any_comparison) return add(rule.comparisons.data(), rule.comparisons.size());
  for (const auto& comparison : rule.comparisons) add(&comparison, 1);
}

/// A call whose rules are compiled here.
struct SpecialCall {
  std::string_view name;
  CallRules rules;
  bool everywhere;  // else only on architectures where libseccomp has no number for it
};

bool is_left_out(const std::vector<SpecialCall>& special, std::string_view name) {
  return std::any_of(special.begin(), special.end(),
                     [&](const auto& call) { return call.everywhere && call.name == name; });
}

void report_unknown(const CheckedFilter& checked, std::size_t rule, std::size_t index, const std::string& name) {
  const auto path = fmt::format("linux.seccomp.syscalls[{}].names[{}]", rule, index);
  if (checked.refuse_unknown) throw Error{fmt::format("{}: unknown seccomp syscall {}", path, quote(name))};
  log::warn(fmt::format("{}: unknown seccomp syscall {} ignored", path, quote(name)));
}

/// Returns how many system calls have got rules.
std::size_t add_rules(scmp_filter_ctx filter, const CheckedFilter& checked, const std::vector<SpecialCall>& special) {
  std::size_t added = 0;
  for (const auto& rule : checked.rules) {
    if (rule.action == checked.default_action) continue;  // libseccomp refuses what changes nothing
    for (std::size_t i = 0; i < rule.names->size(); ++i) {
      const auto& name = (*rule.names)[i];
      const int number = ::seccomp_syscall_resolve_name(name.c_str());
      if (number == __NR_SCMP_ERROR) {
        if (!is_kernel_call(name)) report_unknown(checked, rule.index, i, name);
        continue;
      }
      if (is_left_out(special, name)) continue;
      add_call(filter, rule, number, name);
      ++added;
    }
  }
  return added;
}

/// A search tree over the numbers where there are many. libseccomp up to 2.5.4 breaks on a tree without rules.
void optimize(scmp_filter_ctx filter, std::size_t calls) {
  constexpr std::size_t few = 32;
  constexpr std::uint32_t binary_tree = 2;
  if (calls > few) static_cast<void>(::seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, binary_tree));
}

/// libseccomp 2.5 exports to descriptors only; a pipe could be full before somebody reads it.
std::string export_program(scmp_filter_ctx filter) {
  const UniqueFd file{sys::check("memfd_create", [] { return ::memfd_create("seccomp", MFD_CLOEXEC); })};
  must(::seccomp_export_bpf(filter, file.get()), [] { return "compiling the seccomp filter"; });
  sys::check("lseek", [&] { return ::lseek(file.get(), 0, SEEK_SET); });
  return sys::read_all(file.get(), "the compiled seccomp filter");
}

/// Each once. The native architecture is in every filter, and first here: its processes are the most.
std::vector<std::uint32_t> architectures_of(const CheckedFilter& checked) {
  std::vector<std::uint32_t> tokens{::seccomp_arch_native()};
  for (const auto token : checked.architectures) {
    if (std::find(tokens.begin(), tokens.end(), token) == tokens.end()) tokens.push_back(token);
  }
  return tokens;
}

/// socketcall(2) and ipc(2): one number for many calls on some 32-bit architectures, which libseccomp takes apart.
bool is_multiplexed(std::string_view name, std::uint32_t architecture) {
  constexpr int first = -100;
  constexpr int last = -299;
  const int number = libseccomp_number(architecture, name);
  return number <= first && number >= last;
}

std::vector<SpecialCall> special_calls(const CheckedFilter& checked) {
  const auto architectures = architectures_of(checked);
  std::vector<SpecialCall> special;
  for (auto& [name, rules] : rules_by_call(checked)) {
    const bool everywhere = libseccomp_may_err(rules) &&
                            std::none_of(architectures.begin(), architectures.end(), [&name = name](auto architecture) {
                              return is_multiplexed(name, architecture);
                            });
    if (!everywhere && !libseccomp_lacks(name, architectures)) continue;
    if (!rules.one_action) sort_as_libseccomp(rules, name);
    special.push_back({name, std::move(rules), everywhere});
  }
  return special;
}

std::optional<std::uint32_t> newest_call(const CheckedFilter& checked, std::uint32_t architecture) {
  int newest = 0;
  for (const auto& rule : checked.rules) {
    // Negative: libseccomp's own numbers for what this architecture has not.
    for (const auto& name : *rule.names) newest = std::max(newest, call_number(architecture, name));
  }
  if (newest == 0) return std::nullopt;
  return static_cast<std::uint32_t>(newest);
}

/// Where unknown calls pass, or get ENOSYS already, a limit would change nothing; a tracer is to see all of them.
bool wants_limit(std::uint32_t default_action) {
  if (default_action == (SCMP_ACT_ERRNO(0U) | ENOSYS)) return false;
  const auto kind = default_action & SECCOMP_RET_ACTION_FULL;
  return kind != SECCOMP_RET_ALLOW && kind != SECCOMP_RET_LOG && kind != SECCOMP_RET_TRACE;
}

/// The ABIs that pass arguments in 32 bits: x32 has no 64-bit mark, n32 has one.
bool has_wide_arguments(std::uint32_t architecture) {
  return (architecture & __AUDIT_ARCH_64BIT) != 0 && (architecture & __AUDIT_ARCH_CONVENTION_MIPS64_N32) == 0;
}

bool equal(const std::vector<sock_filter>& a, const std::vector<sock_filter>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(sock_filter)) == 0;
}

/// The names of one rule share their code: the kernel takes only so many instructions.
void add_special_calls(ArchitecturePrologue& to, const CheckedFilter& checked, const std::vector<SpecialCall>& special,
                       std::uint32_t architecture) {
  for (const auto& call : special) {
    const int number = call_number(architecture, call.name);
    if (number < 0 || (!call.everywhere && libseccomp_number(architecture, call.name) >= 0)) continue;
    auto code = compile_rules(call.rules, has_wide_arguments(architecture), checked.default_action);
    auto same =
        std::find_if(to.calls.begin(), to.calls.end(), [&](const auto& known) { return equal(known.code, code); });
    if (same == to.calls.end()) same = to.calls.insert(to.calls.end(), SpecialCalls{{}, std::move(code)});
    same->numbers.push_back(static_cast<std::uint32_t>(number));
  }
}

std::string compile_prologue(const CheckedFilter& checked, const std::vector<SpecialCall>& special) {
  const bool limit = wants_limit(checked.default_action);
  std::vector<ArchitecturePrologue> all;
  for (const auto token : architectures_of(checked)) {
    const bool x32 = token == SCMP_ARCH_X32;
    const auto audit_arch = x32 ? static_cast<std::uint32_t>(AUDIT_ARCH_X86_64) : token;
    auto entry =
        std::find_if(all.begin(), all.end(), [&](const auto& known) { return known.audit_arch == audit_arch; });
    if (entry == all.end()) entry = all.insert(all.end(), ArchitecturePrologue{audit_arch, {}, {}, {}});
    if (limit) (x32 ? entry->last_x32 : entry->last) = newest_call(checked, token);
    add_special_calls(*entry, checked, special, token);
  }
  const auto code = prologue(all);
  return {reinterpret_cast<const char*>(code.data()), code.size() * sizeof(sock_filter)};
}

}  // namespace

SeccompPlan compile(const FilterSource& source) {
  const auto checked = check_filter(source);
  const auto filter = make_filter(checked);
  const auto special = special_calls(checked);
  optimize(filter.get(), add_rules(filter.get(), checked, special));
  SeccompPlan plan;
  plan.program = compile_prologue(checked, special) + export_program(filter.get());
  plan.flags = checked.flags;
  plan.notify = checked.notify;
  const auto instructions = plan.program.size() / sizeof(sock_filter);
  if (instructions > BPF_MAXINSNS) {
    throw Error{
        fmt::format("linux.seccomp: the filter has {} instructions, the kernel takes {}", instructions, BPF_MAXINSNS)};
  }
  return plan;
}

std::string libseccomp_version() {
  const auto* version = ::seccomp_version();
  return fmt::format("{}.{}.{}", version->major, version->minor, version->micro);
}

}  // namespace corten::security
