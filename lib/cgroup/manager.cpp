// SPDX-License-Identifier: Apache-2.0
#include "cgroup/manager.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cgroup/checked.hpp"
#include "cgroup/files.hpp"
#include "cgroup/files_manager.hpp"
#include "cgroup/freezer.hpp"
#include "cgroup/layout.hpp"
#include "cgroup/systemd/manager.hpp"
#include "cgroup/systemd/unit.hpp"
#include "cgroup/v1/limits.hpp"
#include "cgroup/v1/manager.hpp"
#include "cgroup/v2/limits.hpp"
#include "cgroup/v2/manager.hpp"
#include "cgroup/write.hpp"

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
  void apply_initial(LimitPart) override {}
  void change(const Resources&) override {}
  [[nodiscard]] std::vector<pid_t> processes() const override { return {}; }
  void kill_all(int) override {}
  void remove() override {}

 private:
  void set_frozen(bool) override { throw Error{"cannot toggle freezer: cgroups not configured for container"}; }

  Paths paths_;
};

bool is_legacy(const Paths& paths) {
  return std::ranges::any_of(paths, [](const auto& row) { return !row.first.empty(); });
}

std::unique_ptr<FilesManager> plan_legacy_manager(FilesOptions options, const std::string& path) {
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
  const std::string mount{cgroup_mount};
  const std::vector<Hierarchy> hierarchies{{.controllers = {""}, .directory = mount}};
  const auto own = path.starts_with('/') ? Paths{} : visible_cgroups(0, hierarchies);
  options.paths = plan_unified_paths(mount, own, path);
  return make_unified_manager(std::move(options), mount);
}

/// The driver by files, with the limits `resources`. Throws for limits that the layout cannot have.
std::unique_ptr<FilesManager> plan_files_manager(const Plan& plan, const Resources& resources,
                                                 const std::string& path) {
  const bool unified = host_layout() == Layout::unified;
  FilesOptions options;
  options.rootless = plan.rootless;
  options.explicit_path = plan.explicit_path;
  options.adopted = plan.driver == Driver::systemd;
  options.owner_uid = plan.owner_uid;
  options.limits = unified ? plan_unified(resources) : plan_legacy(resources);
  options.devices = resources.devices;
  return unified ? plan_unified_manager(std::move(options), path) : plan_legacy_manager(std::move(options), path);
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
  auto properties = plan_unit(plan, options.layout);
  const auto add = [&](const std::vector<systemd::Property>& more) {
    properties.insert(properties.end(), more.begin(), more.end());
  };
  add(plan_unit_devices(plan.resources.devices, options.layout));
  auto resources = plan.resources;
  auto limits = plan_unit_limits(resources, options.layout);
  if (!plan.unit_name.ends_with(".scope")) std::erase_if(limits, [](const auto& limit) { return limit.only_at_start; });
  add(limits);
  options.new_unit = std::move(properties);
  const auto slice = expand_slice(slice_of(plan));
  options.units = units_of(plan.rootless);
  const auto above = plan.rootless ? options.units->control_group() : std::string{};
  options.files = plan_files_manager(plan, resources, fmt::format("/{}{}/{}", above, slice, plan.unit_name));
  return make_systemd_manager(std::move(options));
}

}  // namespace

void Manager::check_free() const {
  if (exists()) refuse_occupied(processes().size(), freezer_state());
}

bool Manager::exists() const {
  const auto directory = main_directory(paths());
  return !directory.empty() && ::access(directory.c_str(), F_OK) == 0;
}

FreezerState Manager::freezer_state() const {
  const bool legacy = is_legacy(paths());
  const auto directory = directory_of(paths(), "freezer");
  if (directory.empty()) return FreezerState::undefined;
  return legacy ? freezer_state_legacy(directory) : freezer_state_unified(directory);
}

std::uint64_t Manager::oom_kills() const {
  const auto directory = directory_of(paths(), "memory");
  if (directory.empty()) return 0;
  const auto* file = is_legacy(paths()) ? "memory.oom_control" : "memory.events";
  const auto text = read_if_exists(fmt::format("{}/{}", directory, file));
  return text ? value_of_key(*text, "oom_kill").value_or(0) : 0;
}

bool is_entered_later(const Plan& plan, const Paths& paths) {
  return plan.driver == Driver::files && is_legacy(paths) &&
         std::ranges::find(paths, "", &Paths::value_type::first) == paths.end();
}

std::unique_ptr<Manager> make_manager(const Plan& plan) {
  if (plan.driver == Driver::disabled) return std::make_unique<DisabledManager>();
  return plan.driver == Driver::systemd ? plan_systemd_manager(plan)
                                        : plan_files_manager(plan, plan.resources, plan.path);
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
