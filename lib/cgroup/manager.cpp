// SPDX-License-Identifier: Apache-2.0
#include "cgroup/manager.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cgroup/checked.hpp"
#include "cgroup/files_manager.hpp"
#include "cgroup/layout.hpp"
#include "cgroup/limits.hpp"
#include "cgroup/systemd/manager.hpp"
#include "cgroup/systemd/unit.hpp"
#include "cgroup/v1/limits.hpp"
#include "cgroup/v1/manager.hpp"
#include "cgroup/v2/limits.hpp"
#include "cgroup/v2/manager.hpp"

namespace corten::cgroup {
namespace {

/// For --cgroup-manager disabled: the container stays in the caller's cgroup.
class DisabledManager final : public Manager {
 public:
  [[nodiscard]] const Paths& paths() const override { return paths_; }
  void create() override {}
  [[nodiscard]] Entry entry(const SubPaths&) const override { return {}; }
  [[nodiscard]] Entry entry_beside(pid_t) const override { return {}; }
  void add(pid_t) override {}
  void apply(const Resources&) override {}
  void freeze() override { throw Error{"cannot toggle freezer: cgroups not configured for container"}; }
  void thaw() override { throw Error{"cannot toggle freezer: cgroups not configured for container"}; }
  [[nodiscard]] FreezerState freezer_state() const override { return FreezerState::undefined; }
  [[nodiscard]] std::vector<pid_t> processes() const override { return {}; }
  void kill_all(int) override {}
  [[nodiscard]] bool exists() const override { return false; }
  [[nodiscard]] std::uint64_t oom_kills() const override { return 0; }
  void remove() override {}

 private:
  Paths paths_;
};

bool is_legacy(const Paths& paths) {
  return std::ranges::any_of(paths, [](const auto& row) { return !row.first.empty(); });
}

std::unique_ptr<FilesManager> plan_legacy_manager(FilesOptions options, const std::string& path) {
  static_cast<void>(plan_legacy(options.resources));  // what cannot be is said before anything is made
  const auto hierarchies = find_hierarchies();
  const auto has_devices = [](const Hierarchy& hierarchy) {
    return std::ranges::find(hierarchy.controllers, "devices") != hierarchy.controllers.end();
  };
  // Without it every device would be open to the container.
  if (!options.rootless && std::ranges::none_of(hierarchies, has_devices))
    throw Error{"mountpoint for devices not found"};
  const auto own = path.starts_with('/') ? Paths{} : visible_cgroups(0, hierarchies);
  options.paths = plan_legacy_paths(hierarchies, own, path);
  return make_legacy_manager(std::move(options));
}

std::unique_ptr<FilesManager> plan_unified_manager(FilesOptions options, const std::string& path) {
  static_cast<void>(plan_unified(options.resources));
  const std::string mount{cgroup_mount};
  const std::vector<Hierarchy> hierarchies{{.controllers = {""}, .directory = mount}};
  const auto own = path.starts_with('/') ? Paths{} : visible_cgroups(0, hierarchies);
  options.paths = plan_unified_paths(mount, own, path);
  return make_unified_manager(std::move(options), mount);
}

std::unique_ptr<FilesManager> plan_files_manager(const Plan& plan, const std::string& path) {
  FilesOptions options;
  options.rootless = plan.rootless;
  options.explicit_path = plan.explicit_path;
  options.adopted = plan.driver == Driver::systemd;
  options.owner_uid = plan.owner_uid;
  options.resources = plan.resources;
  return host_layout() == Layout::unified ? plan_unified_manager(std::move(options), path)
                                          : plan_legacy_manager(std::move(options), path);
}

std::unique_ptr<FilesManager> open_files_manager(const Paths& paths, bool rootless) {
  FilesOptions options;
  options.paths = paths;
  options.rootless = rootless;
  options.saved = true;
  return is_legacy(paths) ? make_legacy_manager(std::move(options))
                          : make_unified_manager(std::move(options), std::string{cgroup_mount});
}

/// A unit is stopped by its name, so that must be the name of the cgroup that is said to be the container's.
void check_unit(const std::string& unit, const Paths& paths) {
  for (const auto& [controller, path] : paths) {
    if (unit.empty() || !path.ends_with("/" + unit))
      throw Error{fmt::format("state.json: {} is not the unit of cgroup {}", quote(unit), quote(path))};
  }
}

std::unique_ptr<systemd::Units> units_of(bool rootless) {
  return std::make_unique<systemd::Units>(rootless ? systemd::Instance::user : systemd::Instance::system);
}

std::unique_ptr<Manager> plan_systemd_manager(const Plan& plan) {
  if (!systemd::is_running()) {
    throw Error{
        "systemd not running on this host, cannot use systemd cgroups manager: leave out --systemd-cgroup, and give "
        "a path as cgroupsPath"};
  }
  UnitOptions options;
  options.unit = plan.unit_name;
  options.layout = host_layout();
  options.rootless = plan.rootless;
  if (plan.rootless && options.layout == Layout::legacy)
    throw Error{"cannot use rootless systemd cgroups manager on cgroup v1"};
  NewUnit made{plan_unit(plan, options.layout), plan.resources};
  auto limits = plan_unit_limits(made.limits, options.layout);
  if (!plan.unit_name.ends_with(".scope")) std::erase_if(limits, [](const auto& limit) { return limit.only_at_start; });
  made.properties.insert(made.properties.end(), limits.begin(), limits.end());
  options.made = std::move(made);
  const auto slice = expand_slice(slice_of(plan));
  options.units = units_of(plan.rootless);
  const auto above = plan.rootless ? options.units->control_group() : std::string{};
  options.files = plan_files_manager(plan, fmt::format("/{}{}/{}", above, slice, plan.unit_name));
  return make_systemd_manager(std::move(options));
}

}  // namespace

void Manager::check_free() const {
  if (exists()) refuse_occupied(processes().size(), freezer_state());
}

std::unique_ptr<Manager> make_manager(const Plan& plan) {
  if (plan.driver == Driver::disabled) return std::make_unique<DisabledManager>();
  return plan.driver == Driver::systemd ? plan_systemd_manager(plan) : plan_files_manager(plan, plan.path);
}

std::unique_ptr<Manager> open_manager(Driver driver, const Paths& paths, bool rootless, const std::string& unit_name) {
  if (driver == Driver::disabled || paths.empty()) return std::make_unique<DisabledManager>();
  auto files = open_files_manager(paths, rootless);
  if (driver == Driver::files) return make_checked_manager(std::move(files));
  check_unit(unit_name, paths);
  UnitOptions options;
  options.unit = unit_name;
  options.layout = is_legacy(paths) ? Layout::legacy : Layout::unified;
  options.rootless = rootless;
  options.units = units_of(rootless);
  options.files = std::move(files);
  return make_checked_manager(make_systemd_manager(std::move(options)));
}

std::vector<HierarchyMount> hierarchy_mounts(const Paths& paths) {
  std::vector<HierarchyMount> mounts;
  for (const auto& [controller, directory] : paths) {
    if (controller.empty()) continue;
    const auto known = std::ranges::find(mounts, directory, &HierarchyMount::source);
    if (known != mounts.end()) continue;
    const std::string_view below =
        std::string_view{directory}.substr(std::min(cgroup_mount.size() + 1, directory.size()));
    HierarchyMount mount;
    mount.name = below.substr(0, below.find('/'));
    mount.source = directory;
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

}  // namespace corten::cgroup
