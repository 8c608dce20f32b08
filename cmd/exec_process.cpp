// SPDX-License-Identifier: Apache-2.0
#include "cmd/exec_process.hpp"

#include <fmt/core.h>

#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/ids.hpp"

namespace corten::cmd {
namespace {

void replace_if_given(std::string& value, const std::string& given) {
  if (!given.empty()) value = given;
}

std::uint32_t parse_id(std::string_view text, std::string_view what) {
  const auto id = parse_number<std::uint32_t>(text);
  if (!id) throw Error{fmt::format("bad {}: {} is not a number", what, quote(text))};
  config::check_id(*id, fmt::format("bad {}", what));
  return *id;
}

void set_user(spec::User& user, std::string_view text) {
  const auto colon = text.find(':');
  if (colon != std::string_view::npos) user.gid = parse_id(text.substr(colon + 1), "gid");
  user.uid = parse_id(text.substr(0, colon), "uid");
}

void add_groups(spec::User& user, const std::vector<std::int64_t>& gids) {
  for (const auto gid : gids) {
    if (gid < 0) throw Error{fmt::format("additional-gids must be a positive number {}", gid)};
    if (gid > config::last_id) {
      throw Error{fmt::format("additional-gids: {} is no id: the highest is {}", gid, config::last_id)};
    }
    user.additional_gids.push_back(static_cast<std::uint32_t>(gid));
  }
}

void add_capabilities(spec::Process& process, const std::vector<std::string>& names) {
  if (names.empty()) return;
  if (!process.capabilities) process.capabilities.emplace();
  auto& sets = *process.capabilities;
  for (const auto& name : names) {
    sets.bounding.push_back(name);
    sets.effective.push_back(name);
    sets.permitted.push_back(name);
    // The kernel lets only an inheritable capability become ambient, and --cap makes none inheritable.
    if (!sets.inheritable.empty()) sets.ambient.push_back(name);
  }
}

}  // namespace

spec::Process apply_changes(spec::Process process, const ProcessChanges& changes) {
  process.args = changes.args;
  replace_if_given(process.cwd, changes.cwd);
  replace_if_given(process.apparmor_profile, changes.apparmor_profile);
  replace_if_given(process.selinux_label, changes.selinux_label);
  add_capabilities(process, changes.capabilities);
  process.env.insert(process.env.end(), changes.env.begin(), changes.env.end());
  process.terminal = changes.tty;
  process.no_new_privileges = changes.no_new_privileges.value_or(process.no_new_privileges);
  if (!changes.user.empty()) set_user(process.user, changes.user);
  add_groups(process.user, changes.additional_gids);
  return process;
}

}  // namespace corten::cmd
