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
#include "base/path.hpp"
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

class UnifiedManager final : public FilesManager {
 public:
  UnifiedManager(FilesOptions options, std::string mount)
      : FilesManager{std::move(options)}, mount_{std::move(mount)} {}

  void create() override {
    std::vector<std::string> made;
    ScopeExit discard{[&] { discard_directories(made); }};
    try {
      with_context(apply_step, [&] { make_directories(directory(), made); });
    } catch (Error& error) {
      if (!options_.rootless || options_.explicit_path) throw;
      refuse_limits(error);
      options_.paths.clear();
      options_.limits = {};  // of which none could be enforced anyway
      return;
    }
    created_ = options_.adopted || (!made.empty() && made.back() == directory());
    if (!created_) refuse_occupied(processes().size(), freezer_state());
    with_context(apply_step, [&] {
      enable_controllers(mount_, directory(), needs_domain(options_.limits));
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

  [[nodiscard]] LimitPlan plan(const Resources& limits) const override { return plan_unified(limits); }

  [[nodiscard]] std::vector<pid_t> processes() const override {
    return options_.paths.empty() ? std::vector<pid_t>{} : processes_below(directory());
  }

  void kill_all(int signal) override {
    if (options_.paths.empty()) return;
    // cgroup.kill (Linux 5.14) reaches those that fork meanwhile, too.
    if (signal == SIGKILL && try_write(directory() + "/cgroup.kill", "1") == 0) return;
    while_frozen(*this, [&] { signal_processes(directory(), signal); });
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

  void set_frozen(bool frozen) override {
    if (options_.paths.empty()) throw Error{"cannot toggle freezer: cgroups not configured for container"};
    frozen ? freeze_unified(directory()) : thaw_unified(directory());
  }

  /// Without a cgroup there are no limits: fine when none was asked for.
  void refuse_limits(Error& error) const {
    const auto available = read_if_exists(mount_ + "/cgroup.controllers");
    if (!available || !needs_controllers(options_.limits, *available)) return;
    error.add_context("rootless needs no limits + no cgrouppath when no permission is granted for cgroups");
    throw;
  }

  void apply_devices() override {
    if (options_.paths.empty()) return;
    try {
      set_device_filter(directory(), options_.devices, !created_);
    } catch (const Error&) {
      if (!options_.rootless) throw;
    }
  }

  std::string mount_;
};

}  // namespace

std::unique_ptr<FilesManager> make_unified_manager(FilesOptions options, std::string mount) {
  return std::make_unique<UnifiedManager>(std::move(options), std::move(mount));
}

}  // namespace corten::cgroup
