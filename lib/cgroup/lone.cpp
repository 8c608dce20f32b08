// SPDX-License-Identifier: Apache-2.0
#include "cgroup/lone.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <string>
#include <utility>

#include "base/errno_kind.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/path.hpp"
#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "cgroup/checked.hpp"
#include "cgroup/files_manager.hpp"
#include "cgroup/layout.hpp"
#include "cgroup/tree.hpp"
#include "cgroup/write.hpp"
#include "sys/syscall.hpp"

namespace corten::cgroup {
namespace {

bool is_there(const std::string& path) {
  const int result = sys::attempt([&] { return ::access(path.c_str(), F_OK); });
  if (result == 0) return true;
  if (result == -ENOENT || result == -ENOTDIR) return false;
  throw_errno(fmt::format("looking for cgroup {}", quote(path)), -result);
}

/// Those of `path` and the directories above it that are not there, the highest first.
void add_missing(const std::string& path, std::vector<std::string>& missing) {
  if (path.empty() || is_there(path)) return;
  add_missing(path.substr(0, path.rfind('/')), missing);
  missing.push_back(path);
}

std::vector<Hierarchy> hierarchies_of(Layout layout) {
  if (layout == Layout::unified) return {{{""}, std::string{cgroup_mount}}};
  return find_hierarchies();
}

/// The directories that process `pid` is in.
std::vector<std::string> directories_of(pid_t pid) {
  const auto hierarchies = hierarchies_of(host_layout());
  std::vector<std::string> directories;
  for (const auto& [controller, directory] : plan_legacy_paths(hierarchies, cgroups_of(pid), {})) {
    if (std::ranges::find(directories, directory) == directories.end()) directories.push_back(directory);
  }
  return directories;
}

/// Moves process `pid` to those of `directories` that it is not in.
void move_back(pid_t pid, const std::vector<std::string>& directories) noexcept {
  try {
    const auto now = directories_of(pid);
    for (const auto& directory : directories) {
      if (std::ranges::find(now, directory) != now.end()) continue;
      if (const int code = try_add(directory, pid); code != 0) throw_errno(directory, code);
    }
  } catch (const std::exception& error) {
    log::warn(fmt::format("moving process {} back to its cgroups: {}", pid, error.what()));
  }
}

}  // namespace

Lone Lone::make(const Plan& plan) {
  auto manager = make_manager(plan);
  std::vector<std::string> missing;
  for (const auto& [controller, path] : manager->paths()) {
    if (is_there(path)) throw Error{fmt::format("there is a cgroup {}", quote(path)), EEXIST, ErrorKind::exists};
    add_missing(path, missing);
  }
  if (plan.driver == Driver::systemd) return {std::move(manager), true};
  ScopeExit undo{[&] { discard_directories(missing); }};
  manager->create();
  manager->apply_initial(LimitPart::all);
  undo.dismiss();
  return {std::move(manager), false};
}

Lone Lone::open(const Plan& plan) {
  const auto planned = make_manager(plan)->paths();
  Paths found;
  for (const auto& [controller, path] : planned) {
    if (!is_there(path)) continue;
    if (const auto why = why_no_cgroup(path))
      throw Error{fmt::format("cgroup {} {}", quote(path), *why), ErrorKind::invalid_argument};
    found.emplace_back(controller, path);
  }
  if (found.empty())
    throw Error{fmt::format("there is no cgroup {}", quote(main_directory(planned))), ENOENT, ErrorKind::not_found};
  return {open_manager(plan.driver, found, plan.rootless, plan.unit_name), false};
}

void Lone::add(pid_t pid) {
  if (!waits_) static_cast<void>(manager());
  const auto before = directories_of(pid);
  ScopeExit undo{[&] { move_back(pid, before); }};
  manager_->add(pid);
  if (waits_) manager_->apply_initial(LimitPart::all);
  waits_ = false;
  undo.dismiss();
}

std::vector<pid_t> Lone::own_processes() const { return processes_in(main_directory(paths())); }

void Lone::remove(bool force) {
  const auto processes = all_processes();
  if (!processes.empty() && !force) {
    throw Error{fmt::format("cgroup {} holds {} process(es)", quote(main_directory(paths())), processes.size()), EBUSY,
                ErrorKind::running};
  }
  if (std::ranges::find(processes, ::getpid()) != processes.end()) {
    throw Error{
        fmt::format("cgroup {} holds the calling process, which would be killed", quote(main_directory(paths()))),
        ErrorKind::invalid_argument};
  }
  manager_->remove();
}

Manager& Lone::manager() const {
  if (!exists())
    throw Error{fmt::format("there is no cgroup {}", quote(main_directory(paths()))), ENOENT, ErrorKind::not_found};
  return *manager_;
}

Paths cgroups_of(pid_t pid) {
  return with_kind_for(ENOENT, ErrorKind::not_found,
                       [&] { return visible_cgroups(pid, hierarchies_of(host_layout())); });
}

}  // namespace corten::cgroup
