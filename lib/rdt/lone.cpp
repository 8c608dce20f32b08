// SPDX-License-Identifier: Apache-2.0
#include "rdt/lone.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "rdt/statistics.hpp"

namespace corten::rdt {
namespace {

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

/// Of `group` what is not there yet.
Group missing_of(const Group& group) {
  Group missing = group;
  missing.created = !is_there(group.path);
  if (is_there(group.monitor_path)) missing.monitor_path.clear();
  return missing;
}

}  // namespace

Lone::Lone(std::string root, Plan plan)
    : root_{std::move(root)}, plan_{std::move(plan)}, group_{plan_group(root_, plan_)} {
  group_.created = !plan_.shared;
}

void Lone::add(pid_t pid) {
  const auto missing = missing_of(group_);
  ScopeExit undo{[&] {
    try {
      remove_group(missing);
    } catch (const std::exception& error) {
      log::warn(error.what());
    }
  }};
  make_directories(root_, group_, plan_);
  // First: a process that has moved could not go back to a group that nobody knows any more.
  set_schemata(root_, group_.path, plan_.schemata);
  add_process(root_, group_, pid);
  undo.dismiss();
}

void Lone::set(const std::vector<std::string>& schemata) const {
  check_there();
  set_schemata(root_, group_.path, schemata);
}

resources::RdtStatistics Lone::statistics() const {
  check_there();
  return read_statistics(root_, group_);
}

void Lone::check_there() const {
  if (!is_there(group_.path))
    throw Error{fmt::format("there is no group {}", quote(group_.path)), ENOENT, ErrorKind::not_found};
}

}  // namespace corten::rdt
