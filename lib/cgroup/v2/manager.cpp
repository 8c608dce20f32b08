// SPDX-License-Identifier: Apache-2.0
// cgroup v2, by files: one directory.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "cgroup/checked.hpp"
#include "cgroup/files.hpp"
#include "cgroup/files_manager.hpp"
#include "cgroup/freezer.hpp"
#include "cgroup/layout.hpp"
#include "cgroup/limits.hpp"
#include "cgroup/tree.hpp"
#include "cgroup/v2/device_filter.hpp"
#include "cgroup/v2/limits.hpp"
#include "cgroup/v2/manager.hpp"
#include "cgroup/v2/tree.hpp"
#include "cgroup/write.hpp"

namespace corten::cgroup {
namespace {

using namespace std::chrono_literals;

UniqueFd open_directory(const std::string& directory, bool follows = true) {
  int code = 0;
  const auto opener = follows ? try_open : try_open_without_links;
  auto fd = opener(directory, O_PATH | O_DIRECTORY, code);
  if (!fd.valid()) throw_errno(fmt::format("error adding pid of the new process to cgroups: open {}", directory), code);
  return fd;
}

void check_memory_usage(const Memory& memory, const std::string& directory) {
  if (!memory.check_before_update) return;
  const auto usage = read_number(directory + "/memory.current");
  if (!usage) return;
  const auto check = [&](std::string_view what, std::int64_t limit) {
    if (limit > 0 && static_cast<std::uint64_t>(limit) <= *usage) {
      throw Error{fmt::format("rejecting {} limit {} <= usage {}", what, limit, *usage)};
    }
  };
  check("memory+swap", memory.swap.value_or(0));
  check("memory", memory.limit.value_or(0));
}

class UnifiedManager final : public FilesManager {
 public:
  UnifiedManager(FilesOptions options, std::string mount) : options_{std::move(options)}, mount_{std::move(mount)} {}

  [[nodiscard]] const Paths& paths() const override { return options_.paths; }

  void create() override {
    std::vector<std::string> made;
    ScopeExit discard{[&] { discard_directories(made); }};
    try {
      with_context(apply_step, [&] { make_directories(directory(), made); });
    } catch (Error& error) {
      if (!options_.rootless || options_.explicit_path) throw;
      refuse_limits(error);
      options_.paths.clear();
      return;
    }
    created_ = options_.adopted || (!made.empty() && made.back() == directory());
    if (!created_) refuse_occupied(processes().size(), freezer_state());
    with_context(apply_step, [&] {
      enable_controllers(mount_, directory(), needs_domain(options_.resources));
      if (options_.owner_uid) delegate(directory(), *options_.owner_uid);
    });
    discard.dismiss();
  }

  [[nodiscard]] Entry entry(const SubPaths& sub) const override {
    Entry entry;
    if (options_.paths.empty()) return entry;
    auto target = directory();
    for (const auto& [controller, path] : sub) {
      if (!controller.empty())
        throw Error{fmt::format("unknown controller {}: cgroup v2 has one path for all", controller)};
      target = sub_cgroup(directory(), path);
    }
    try {
      entry.directory = open_directory(target, !options_.saved);
    } catch (const Error&) {
      if (!options_.rootless) throw;
    }
    return entry;
  }

  [[nodiscard]] Entry entry_beside(pid_t pid) const override {
    const auto rows = visible_cgroups(pid, {{{""}, mount_}});
    const auto row = std::ranges::find(rows, "", &Paths::value_type::first);
    if (row == rows.end()) throw Error{fmt::format("process {} is in no v2 cgroup", pid)};
    Entry entry;
    entry.directory = open_directory(mount_ + clean_path("/" + row->second));
    return entry;
  }

  void add(pid_t pid) override {
    if (options_.paths.empty()) return;
    const int code = try_add(directory(), pid);
    if (code == 0 || (options_.rootless && means_forbidden(code))) return;
    throw_errno(fmt::format("error adding pid {} to cgroups: write to {}/cgroup.procs", pid, directory()), code);
  }

  void check(const Resources& resources) const override {
    static_cast<void>(plan_unified(resources));
    check_memory_usage(resources.memory, directory());
  }

  void apply(const Resources& resources) override {
    if (options_.paths.empty()) return;  // rootless without limits
    check(resources);
    apply_writes(plan_unified(resources), options_.paths, !created_);
    if (!resources.skip_devices) apply_devices(resources);
  }

  void freeze() override { freeze_unified(configured_directory()); }
  void thaw() override { thaw_unified(configured_directory()); }

  [[nodiscard]] FreezerState freezer_state() const override {
    return options_.paths.empty() ? FreezerState::undefined : freezer_state_unified(directory());
  }

  [[nodiscard]] std::vector<pid_t> processes() const override {
    return options_.paths.empty() ? std::vector<pid_t>{} : processes_below(directory());
  }

  void kill_all(int signal) override {
    if (options_.paths.empty()) return;
    // cgroup.kill (Linux 5.14) reaches those that fork meanwhile, too.
    if (signal == SIGKILL && try_write(directory() + "/cgroup.kill", "1") == 0) return;
    const bool was_frozen = freezer_state() == FreezerState::frozen;
    if (!was_frozen) try_freezer([&] { freeze(); });
    ScopeExit thaw_again{[&] {
      if (!was_frozen) try_freezer([&] { thaw(); });
    }};
    signal_processes(directory(), signal);
  }

  [[nodiscard]] bool exists() const override {
    return !options_.paths.empty() && ::access(directory().c_str(), F_OK) == 0;
  }

  [[nodiscard]] std::uint64_t oom_kills() const override {
    if (options_.paths.empty()) return 0;
    const auto text = read_if_exists(directory() + "/memory.events");
    return text ? value_of_key(*text, "oom_kill").value_or(0) : 0;
  }

  void remove() override {
    if (options_.paths.empty() || try_remove(directory())) return;
    kill_all(SIGKILL);
    // What is still there after this is named by remove_tree's error.
    static_cast<void>(await_event(directory(), "populated", 0, 5s));
    remove_tree(directory(), 1s);
  }

 private:
  [[nodiscard]] const std::string& directory() const { return options_.paths.front().second; }

  [[nodiscard]] const std::string& configured_directory() const {
    if (options_.paths.empty()) throw Error{"cannot toggle freezer: cgroups not configured for container"};
    return directory();
  }

  /// Without a cgroup there are no limits: fine when none was asked for.
  void refuse_limits(Error& error) const {
    const auto available = read_if_exists(mount_ + "/cgroup.controllers");
    if (!available || !needs_controllers(options_.resources, *available)) return;
    error.add_context("rootless needs no limits + no cgrouppath when no permission is granted for cgroups");
    throw;
  }

  void apply_devices(const Resources& resources) {
    try {
      set_device_filter(directory(), resources.devices, !created_);
    } catch (const Error&) {
      if (!options_.rootless) throw;
    }
  }

  FilesOptions options_;
  std::string mount_;
  bool created_ = false;
};

}  // namespace

std::unique_ptr<FilesManager> make_unified_manager(FilesOptions options, std::string mount) {
  return std::make_unique<UnifiedManager>(std::move(options), std::move(mount));
}

}  // namespace corten::cgroup
