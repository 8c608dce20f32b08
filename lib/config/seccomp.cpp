// SPDX-License-Identifier: Apache-2.0
#include "config/seccomp.hpp"

namespace corten::config {

std::optional<security::FilterSource> plan_filter(const spec::Seccomp& seccomp, const Annotations& annotations) {
  if (seccomp.default_action.empty() && seccomp.syscalls.empty()) return std::nullopt;
  security::FilterSource source;
  source.default_action = seccomp.default_action;
  source.default_errno_ret = seccomp.default_errno_ret;
  source.architectures = seccomp.architectures;
  source.flags = seccomp.flags;
  source.has_listener = !seccomp.listener_path.empty() || !annotations.filter_receiver.empty();
  source.refuse_unknown = annotations.refuse_unknown_calls;
  source.rules.reserve(seccomp.syscalls.size());
  for (const auto& call : seccomp.syscalls) {
    auto& rule = source.rules.emplace_back();
    rule.names = call.names;
    rule.action = call.action;
    rule.errno_ret = call.errno_ret;
    rule.arguments.reserve(call.args.size());
    for (const auto& arg : call.args) rule.arguments.push_back({arg.index, arg.value, arg.value_two, arg.op});
  }
  return source;
}

}  // namespace corten::config
