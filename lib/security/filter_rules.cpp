// SPDX-License-Identifier: Apache-2.0
#include "security/filter_rules.hpp"

#include <fmt/core.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/text.hpp"
#include "security/seccomp_tables.hpp"
#include "sys/syscall.hpp"

namespace corten::security {
namespace {

constexpr std::uint32_t argument_count = 6;

/// The value of `name` in `table`, in runc's words where there is none.
template <class Value, std::size_t Size>
Value look_up(const NamedTable<Value, Size>& table, std::string_view name, std::string_view kind,
              const std::string& path) {
  if (const auto value = table.find(name)) return *value;
  throw Error{fmt::format("{}: string {} is not a valid {} for seccomp; valid are {}", path, name, kind,
                          join(names_of(table), ", "))};
}

std::uint32_t action_value(std::string_view name, std::optional<std::uint32_t> errno_ret,
                           const std::string& action_path, const std::string& errno_path) {
  const auto action = look_up(filter_actions, name, "action", action_path);
  if (action.most_errno == 0) {
    // Runtime-spec, "Seccomp": an errno for an action that has none must be an error.
    if (errno_ret) throw Error{fmt::format("{}: {} takes no errno", errno_path, name)};
    return action.value;
  }
  const auto number = errno_ret.value_or(EPERM);
  if (number > action.most_errno) {
    throw Error{fmt::format("{}: {} is more than {} takes, which is {}", errno_path, number, name, action.most_errno)};
  }
  return action.value | number;
}

std::uint32_t check_architecture(const std::string& name, std::size_t index) {
  const auto path = fmt::format("linux.seccomp.architectures[{}]", index);
  const auto token = look_up(filter_architectures, name, "arch", path);
  if (token == 0)
    throw Error{fmt::format("{}: {} is not known to the libseccomp that corten was built with", path, name)};
  return token;
}

std::uint32_t check_flags(const FilterSource& source, bool notify) {
  if (!source.flags) return kernel_takes_flag(SECCOMP_FILTER_FLAG_SPEC_ALLOW) ? SECCOMP_FILTER_FLAG_SPEC_ALLOW : 0;
  std::uint32_t flags = 0;
  for (std::size_t i = 0; i < source.flags->size(); ++i) {
    const auto& name = (*source.flags)[i];
    const auto path = fmt::format("linux.seccomp.flags[{}]", i);
    const auto flag = filter_flags.find(name);
    if (!flag) {
      throw Error{fmt::format("{}: seccomp flag {} is not known to corten; known are {}", path, name,
                              join(names_of(filter_flags), ", "))};
    }
    if (*flag != 0 && !kernel_takes_flag(*flag)) {
      throw Error{fmt::format("{}: seccomp flag {} is not supported by this kernel", path, name)};
    }
    if (*flag == SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV && !notify) {
      throw Error{fmt::format("{}: {} needs a rule with SCMP_ACT_NOTIFY", path, name)};
    }
    flags |= *flag;
  }
  return flags;
}

std::vector<scmp_arg_cmp> check_arguments(const FilterRule& rule, const std::string& rule_path) {
  std::vector<scmp_arg_cmp> comparisons;
  for (std::size_t i = 0; i < rule.arguments.size(); ++i) {
    const auto& argument = rule.arguments[i];
    const auto path = fmt::format("{}.args[{}]", rule_path, i);
    if (argument.index >= argument_count) {
      throw Error{fmt::format("{}.index: {} is no argument of a system call; valid are 0 to {}", path, argument.index,
                              argument_count - 1)};
    }
    const auto op = look_up(filter_operators, argument.op, "operator", path + ".op");
    const auto behind = std::find_if(comparisons.begin(), comparisons.end(),
                                     [&](const scmp_arg_cmp& known) { return known.arg > argument.index; });
    comparisons.insert(behind, {argument.index, op, argument.value, argument.value_two});
  }
  return comparisons;
}

bool compares_one_twice(const std::vector<scmp_arg_cmp>& comparisons) {
  std::array<bool, argument_count> seen{};
  return std::any_of(comparisons.begin(), comparisons.end(),
                     [&](const scmp_arg_cmp& comparison) { return std::exchange(seen.at(comparison.arg), true); });
}

void check_names(const FilterRule& rule, std::uint32_t action, const std::string& path) {
  for (std::size_t i = 0; i < rule.names.size(); ++i) {
    if (rule.names[i].empty()) throw Error{fmt::format("{}.names[{}]: empty string is not a valid syscall", path, i)};
    // Once the filter is loaded init writes the listener's number to the parent, and nobody could answer before that.
    if (action == SCMP_ACT_NOTIFY && rule.names[i] == "write") {
      throw Error{fmt::format("{}: SCMP_ACT_NOTIFY cannot be used for the write syscall", path)};
    }
  }
}

CheckedRule check_rule(const FilterRule& rule, std::size_t index) {
  const auto path = fmt::format("linux.seccomp.syscalls[{}]", index);
  CheckedRule checked;
  checked.index = index;
  checked.names = &rule.names;
  checked.action = action_value(rule.action, rule.errno_ret, path + ".action", path + ".errnoRet");
  checked.comparisons = check_arguments(rule, path);
  checked.any_comparison = compares_one_twice(checked.comparisons);
  check_names(rule, checked.action, path);
  return checked;
}

void check_notify(const FilterSource& source) {
  if (!source.has_listener) throw Error{"linux.seccomp.listenerPath: seccomp listenerPath is not set"};
  // The parent takes the listener with pidfd_getfd(2), Linux 5.6; the flag itself is of Linux 5.0.
  const bool getfd = sys::attempt([] { return ::syscall(SYS_pidfd_getfd, -1, -1, 0); }) != -ENOSYS;
  if (!getfd || !kernel_takes_flag(SECCOMP_FILTER_FLAG_NEW_LISTENER)) {
    throw Error{"seccomp notify unsupported: SCMP_ACT_NOTIFY needs Linux 5.6"};
  }
}

}  // namespace

CheckedFilter check_filter(const FilterSource& source) {
  CheckedFilter checked;
  checked.default_action = action_value(source.default_action, source.default_errno_ret, "linux.seccomp.defaultAction",
                                        "linux.seccomp.defaultErrnoRet");
  if (checked.default_action == SCMP_ACT_NOTIFY) {
    throw Error{"linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action"};
  }
  checked.refuse_unknown = source.refuse_unknown;
  for (std::size_t i = 0; i < source.architectures.size(); ++i) {
    checked.architectures.push_back(check_architecture(source.architectures[i], i));
  }
  for (std::size_t i = 0; i < source.rules.size(); ++i) {
    checked.rules.push_back(check_rule(source.rules[i], i));
    checked.notify = checked.notify || checked.rules.back().action == SCMP_ACT_NOTIFY;
  }
  if (checked.notify) check_notify(source);
  checked.flags = check_flags(source, checked.notify);
  if (checked.notify) checked.flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
  return checked;
}

}  // namespace corten::security
