// SPDX-License-Identifier: Apache-2.0
// cgroup v1, by files: a directory in each hierarchy, and one in the v2 hierarchy of a hybrid tree.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "base/text.hpp"
#include "cgroup/checked.hpp"
#include "cgroup/device_rules.hpp"
#include "cgroup/files.hpp"
#include "cgroup/files_manager.hpp"
#include "cgroup/freezer.hpp"
#include "cgroup/layout.hpp"
#include "cgroup/limits.hpp"
#include "cgroup/tree.hpp"
#include "cgroup/v1/limits.hpp"
#include "cgroup/v1/manager.hpp"
#include "cgroup/write.hpp"
#include "sys/user_namespace.hpp"

namespace corten::cgroup {
namespace {

using namespace std::chrono_literals;

/// One directory of the container's cgroup, with the controllers that share it.
struct Place {
  std::string directory;
  bool optional = true;
  bool unified = false;
};

std::vector<Place> places_of(const Paths& paths) {
  std::vector<Place> places;
  for (const auto& [controller, directory] : paths) {
    auto place = std::ranges::find(places, directory, &Place::directory);
    if (place == places.end()) place = places.insert(places.end(), {directory});
    place->optional = place->optional && is_optional(controller);
    place->unified = place->unified || controller.empty();
  }
  return places;
}

std::string parent_of(const std::string& directory) { return directory.substr(0, directory.rfind('/')); }

/// The value of cpuset file `file` in `directory`, taken from the nearest ancestor that has one when it is empty:
/// v1 starts a cpuset empty, and an empty one takes no process.
std::string inherit_cpuset(const std::string& directory, const std::string& file) {
  const auto path = fmt::format("{}/{}", directory, file);
  const auto present = read_value(path);
  if (!present) return {};  // above the mount
  if (const auto value = trim(*present); !value.empty()) return std::string{value};
  auto value = inherit_cpuset(parent_of(directory), file);
  if (!value.empty()) write_file(path, value);
  return value;
}

class LegacyManager final : public FilesManager {
 public:
  using FilesManager::FilesManager;

  void create() override {
    std::vector<std::string> made;
    ScopeExit discard{[&] { discard_directories(made); }};
    const auto planned = places_of(options_.paths).size();
    with_context(apply_step, [&] { make_places(made); });
    const auto places = places_of(options_.paths);
    created_ = std::ranges::all_of(
        places, [&](const Place& place) { return std::ranges::find(made, place.directory) != made.end(); });
    // One hierarchy stands for all: to look into each would cost as much as the whole start.
    if (!created_ && !options_.adopted) refuse_occupied(processes().size(), freezer_state());
    with_context(apply_step, [&] { prepare(); });
    discard.dismiss();
    if (places.size() < planned) log::debug("some cgroups could not be made, and are left out");
  }

  [[nodiscard]] Entry entry(const SubPaths& sub) const override {
    Entry entry;
    for (const auto& [directory, optional, unified] : places_of(paths_below(sub))) {
      int code = 0;
      // v2 has no `tasks`, and writing a pid to cgroup.procs waits for RCU.
      const auto path = unified ? directory : directory + "/tasks";
      const auto opener = options_.saved ? try_open_without_links : try_open;
      auto file = opener(path, unified ? O_PATH | O_DIRECTORY : O_WRONLY, code);
      if (!file.valid()) {
        if (optional || options_.rootless) continue;
        throw_errno(fmt::format("error adding pid of the new process to cgroups: open {}", path), code);
      }
      if (unified) {
        entry.directory = std::move(file);
        entry.directory_optional = optional;
      } else {
        (optional ? entry.optional_tasks_files : entry.tasks_files).push_back(std::move(file));
      }
    }
    return entry;
  }

  [[nodiscard]] Entry entry_beside(pid_t) const override { return entry(SubPaths{}); }

  void add(pid_t pid) override {
    for (const auto& [directory, optional, unified] : places_of(options_.paths)) {
      const int code = try_add(directory, pid);
      if (code == 0 || optional || (options_.rootless && means_forbidden(code))) continue;
      throw_errno(fmt::format("error adding pid {} to cgroups: write to {}/cgroup.procs", pid, directory), code);
    }
  }

  [[nodiscard]] LimitPlan plan(const Resources& limits) const override { return plan_legacy(limits); }

  [[nodiscard]] std::vector<pid_t> processes() const override {
    const auto directory = main_directory(paths());
    return directory.empty() ? std::vector<pid_t>{} : processes_below(directory);
  }

  void kill_all(int signal) override {
    if (signal == SIGKILL && kill_in_hybrid()) return;
    if (processes().empty()) return;
    // Killed processes of a frozen v1 cgroup die only once it is thawed.
    const ScopeExit thaw_killed{[&] {
      if (signal != SIGKILL) return;
      try_freezer([&] {
        if (freezer_state() == FreezerState::frozen) thaw();
      });
    }};
    while_frozen(*this, [&] { signal_processes(main_directory(paths()), signal); });
  }

  void remove() override {
    auto places = places_of(options_.paths);
    std::erase_if(places, [](const Place& place) { return try_remove(place.directory); });
    if (places.empty()) return;
    kill_all(SIGKILL);
    for (const auto& place : places) remove_tree(place.directory, 5s);
  }

 private:
  void set_frozen(bool frozen) override {
    frozen ? freeze_legacy(freezer_directory()) : thaw_legacy(freezer_directory());
  }

  [[nodiscard]] std::string freezer_directory() const {
    auto directory = directory_of(options_.paths, "freezer");
    if (directory.empty()) throw Error{"cannot toggle freezer: cgroups not configured for container"};
    return directory;
  }

  void make_places(std::vector<std::string>& made) {
    for (const auto& place : places_of(options_.paths)) {
      try {
        make_directories(place.directory, made);
      } catch (const Error& error) {
        const bool ignored = options_.rootless && !options_.explicit_path && means_forbidden(error.code());
        if (!place.optional && !ignored) throw;
        std::erase_if(options_.paths, [&](const auto& row) { return row.second == place.directory; });
      }
    }
  }

  /// What must be there before the first process: a cpuset, and realtime bandwidth for one that is SCHED_RR already.
  void prepare() const {
    const auto cpuset = directory_of(options_.paths, "cpuset");
    const auto& limits = options_.limits.before_entry;
    for (const auto* file : {"cpuset.cpus", "cpuset.mems"}) {
      if (cpuset.empty()) break;
      // A limit must fit in the parent's, which may be as new.
      const bool limited = std::ranges::find(limits, file, &Write::file) != limits.end();
      static_cast<void>(inherit_cpuset(limited ? parent_of(cpuset) : cpuset, file));
    }
    apply_writes(limits, options_.paths, false);
  }

  [[nodiscard]] Paths paths_below(const SubPaths& sub) const {
    auto paths = options_.paths;
    for (const auto& wanted : sub) {
      bool found = wanted.first.empty();
      for (auto& [controller, directory] : paths) {
        if (!wanted.first.empty() && controller != wanted.first) continue;
        directory = sub_cgroup(directory, wanted.second);
        found = true;
      }
      if (!found) throw Error{fmt::format("unknown controller {}", wanted.first)};
    }
    return paths;
  }

  void apply_devices() override {
    const auto directory = directory_of(options_.paths, "devices");
    try {
      const auto target = DeviceSet::of_rules(options_.devices);
      if (created_ && target.allows_everything()) return;  // a new cgroup has what its parent allows
      const auto present = created_ || directory.empty() ? DeviceSet::allowing_all()
                                                         : DeviceSet::of_list(read_file(directory + "/devices.list"));
      apply_writes(plan_device_writes(present, target), options_.paths, false);
    } catch (const Error&) {
      // A user namespace cannot change device rules, nor make devices that would need them.
      if (!options_.rootless && !sys::in_user_namespace()) throw;
    }
  }

  /// Kills by the v2 hierarchy of a hybrid tree; false when not all processes are in it.
  [[nodiscard]] bool kill_in_hybrid() const {
    const auto row = std::ranges::find(options_.paths, "", &Paths::value_type::first);
    if (row == options_.paths.end()) return false;
    const auto within = processes_below(row->second);
    if (within.empty() || try_write(row->second + "/cgroup.kill", "1") != 0) return false;
    if (freezer_state() == FreezerState::frozen) thaw_legacy(directory_of(options_.paths, "freezer"));
    return std::ranges::all_of(processes(), [&](pid_t pid) { return std::ranges::find(within, pid) != within.end(); });
  }
};

}  // namespace

std::unique_ptr<FilesManager> make_legacy_manager(FilesOptions options) {
  return std::make_unique<LegacyManager>(std::move(options));
}

}  // namespace corten::cgroup
