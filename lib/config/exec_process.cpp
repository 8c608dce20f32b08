// SPDX-License-Identifier: Apache-2.0
#include "config/exec_process.hpp"

namespace corten::config {
namespace {

void replace_if_given(std::string& value, const std::string& given) {
  if (!given.empty()) value = given;
}

template <class T>
void append(std::vector<T>& list, const std::vector<T>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

void add_capabilities(spec::Process& process, const std::vector<std::string>& names) {
  if (names.empty()) return;
  if (!process.capabilities) process.capabilities.emplace();
  auto& sets = *process.capabilities;
  append(sets.bounding, names);
  append(sets.effective, names);
  append(sets.permitted, names);
  // The kernel lets only an inheritable capability become ambient, and these become none.
  if (!sets.inheritable.empty()) append(sets.ambient, names);
}

spec::Process with_changes(spec::Process process, const ProcessChanges& changes) {
  process.args = changes.args;
  process.terminal = changes.terminal;
  replace_if_given(process.cwd, changes.cwd);
  append(process.env, changes.env);
  process.user.uid = changes.uid.value_or(process.user.uid);
  process.user.gid = changes.gid.value_or(process.user.gid);
  append(process.user.additional_gids, changes.additional_gids);
  replace_if_given(process.selinux_label, changes.selinux_label);
  replace_if_given(process.apparmor_profile, changes.apparmor_profile);
  process.no_new_privileges = changes.no_new_privileges.value_or(process.no_new_privileges);
  add_capabilities(process, changes.capabilities);
  return process;
}

template <class T>
void fill(std::optional<T>& field, const std::optional<T>& own) {
  if (!field) field = own;
}

/// As runc does it; the AppArmor profile too, which runc leaves out: a document without one must not escape the profile
/// ("unconfined" does).
spec::Process completed(spec::Process process, const spec::Process& own) {
  if (process.apparmor_profile.empty()) process.apparmor_profile = own.apparmor_profile;
  if (process.selinux_label.empty()) process.selinux_label = own.selinux_label;
  fill(process.user.umask, own.user.umask);
  fill(process.capabilities, own.capabilities);
  fill(process.oom_score_adj, own.oom_score_adj);
  fill(process.io_priority, own.io_priority);
  fill(process.scheduler, own.scheduler);
  fill(process.exec_cpu_affinity, own.exec_cpu_affinity);
  return process;
}

}  // namespace

spec::Process merge_process(const spec::Process& own, const std::variant<ProcessChanges, spec::Process>& wanted) {
  if (const auto* changes = std::get_if<ProcessChanges>(&wanted)) return with_changes(own, *changes);
  return completed(std::get<spec::Process>(wanted), own);
}

}  // namespace corten::config
