// SPDX-License-Identifier: Apache-2.0
#include "config/exec_process.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/ids.hpp"

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

std::uint32_t parse_id(std::string_view text, std::string_view what) {
  const auto id = parse_number<std::uint32_t>(text);
  if (!id) throw Error{fmt::format("bad {}: {} is not a number", what, quote(text)), ErrorKind::invalid_argument};
  check_id(*id, fmt::format("bad {}", what));
  return *id;
}

void set_user(spec::User& user, std::string_view wanted) {
  const auto colon = wanted.find(':');
  if (colon != std::string_view::npos) user.gid = parse_id(wanted.substr(colon + 1), "gid");
  user.uid = parse_id(wanted.substr(0, colon), "uid");
}

spec::Process with_changes(spec::Process process, const ProcessChanges& changes) {
  process.args = changes.args;
  process.terminal = changes.terminal;
  replace_if_given(process.cwd, changes.cwd);
  append(process.env, changes.env);
  if (!changes.user.empty()) set_user(process.user, changes.user);
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
