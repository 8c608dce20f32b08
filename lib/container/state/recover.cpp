// SPDX-License-Identifier: Apache-2.0
#include "container/state/recover.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "cgroup/checked.hpp"
#include "cgroup/tree.hpp"
#include "config/resources.hpp"
#include "container/create/blueprint.hpp"
#include "container/state/kept_config.hpp"
#include "container/state/status.hpp"
#include "spec/salvage.hpp"
#include "sys/file.hpp"
#include "sys/process_stat.hpp"

namespace corten::container {
namespace {

constexpr std::string_view systemd_driver = "systemd", files_driver = "files";

/// Where a container of this config.json would be.
struct Planned {
  cgroup::Paths paths;
  std::string unit;
};

/// What can be made out of a state that StateDir::read() throws for.
spec::SavedState salvage(const StateDir& directory) {
  constexpr auto* name = "state.json";
  spec::SavedState saved;
  try {
    const auto file = sys::try_open_at(directory.fd(), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (file) saved = spec::salvage_saved_state(sys::read_regular(file->get(), name));
  } catch (const Error&) {  // NOLINT: read() has told why
  }
  saved.id = directory.path().substr(directory.path().rfind('/') + 1);
  return saved;
}

spec::Config config_of(const StateDir& directory) {
  try {
    if (auto kept = kept_config(directory)) return std::move(*kept);
  } catch (const Error&) {  // NOLINT: as if it were not there
  }
  return {};
}

/// systemd's paths have a form of their own, "slice:prefix:name".
cgroup::Driver driver_of(const Settings& settings, const spec::SavedState& saved, const spec::Config& config) {
  if (saved.cgroup_driver == systemd_driver) return cgroup::Driver::systemd;
  if (saved.cgroup_driver == files_driver) return cgroup::Driver::files;
  const auto path = config.platform ? config.platform->cgroups_path : std::string{};
  if (path.empty()) return settings.cgroup_driver;
  return split(path, ':').size() == 3 ? cgroup::Driver::systemd : cgroup::Driver::files;
}

Planned plan(const Settings& settings, const spec::SavedState& saved, const spec::Config& config) {
  try {
    const auto driver = driver_of(settings, saved, config);
    const auto plan = config::plan_cgroup(config, {saved.id, driver, saved.rootless});
    return {cgroup::make_manager(plan)->paths(), plan.unit_name};
  } catch (const Error&) {  // NOLINT: systemd is gone, or the document is for another host
    return {};
  }
}

/// Notes what is left; controllers that share a directory have it but once.
void leave(Recovered& found, std::string what) {
  if (std::ranges::find(found.left, what) == found.left.end()) found.left.push_back(std::move(what));
}

bool has_process(const std::string& path, pid_t pid) {
  if (pid <= 0) return false;
  const auto processes = cgroup::processes_below(path);
  return std::ranges::find(processes, pid) != processes.end();
}

/// Leaves only an init that is surely the container's.
void prove_init(Recovered& found) {
  auto& saved = found.saved;
  if (saved.init_pid <= 0 || init_alive(saved)) return;
  if (saved.init_start_time == 0 && sys::read_process_stat(saved.init_pid)) {
    leave(found, fmt::format("process {}, of which the state does not say when it started", saved.init_pid));
  }
  saved.init_pid = 0;
}

/// Leaves only cgroups that are surely the container's: by their name, or by init in them.
void prove_cgroups(Recovered& found, const Planned& planned) {
  auto& saved = found.saved;
  auto candidates = std::exchange(saved.cgroup_paths, {});
  for (const auto& row : planned.paths) {
    if (std::ranges::find(candidates, row) == candidates.end()) candidates.push_back(row);
  }
  for (const auto& row : candidates) {
    const auto& path = row.second;
    // What the state says comes first; where that is not proved it is the place that config.json stands for.
    const bool has_one =
        std::ranges::find(saved.cgroup_paths, row.first, &cgroup::Paths::value_type::first) != saved.cgroup_paths.end();
    if (has_one || ::access(path.c_str(), F_OK) != 0) continue;
    if (const auto why = cgroup::why_no_cgroup(path)) {
      leave(found, fmt::format("cgroup {}, which {}", quote(path), *why));
      continue;
    }
    const bool is_planned = std::ranges::find(planned.paths, row) != planned.paths.end();
    if (is_named_after(path, saved.id, is_planned) || has_process(path, saved.init_pid)) {
      saved.cgroup_paths.push_back(row);
    } else {
      leave(found, fmt::format("cgroup {}, which is not named after the container", quote(path)));
    }
  }
  if (saved.cgroup_paths.empty() && found.left.empty()) leave(found, "its cgroup, which is not known");
}

/// By systemd only where the unit is that of the cgroups; it lets a unit go whose cgroup has been removed.
void choose_driver(spec::SavedState& saved, const Planned& planned) {
  if (saved.cgroup_unit.empty()) saved.cgroup_unit = planned.unit;
  const bool is_unit = std::ranges::all_of(
      saved.cgroup_paths, [&](const auto& row) { return row.second.ends_with("/" + saved.cgroup_unit); });
  const bool by_systemd = !saved.cgroup_unit.empty() && is_unit && saved.cgroup_driver != files_driver;
  saved.cgroup_driver = by_systemd ? systemd_driver : files_driver;
}

}  // namespace

bool is_named_after(std::string_view path, std::string_view id, bool planned) {
  constexpr std::string_view scope = ".scope";
  auto name = path.substr(path.rfind('/') + 1);
  if (name == id) return true;
  if (!planned) return false;
  if (name.ends_with(scope)) name.remove_suffix(scope.size());
  return name == id || name.ends_with(fmt::format("-{}", id));
}

Recovered recover(const Settings& settings, const StateDir& directory) {
  Recovered found{salvage(directory), {}};
  auto& saved = found.saved;
  saved.rootless = saved.rootless || rootless_cgroups(settings.rootless);
  const auto config = config_of(directory);
  if (saved.poststop.empty()) saved.poststop = config.hooks.poststop;
  if (saved.annotations.empty()) saved.annotations = config.annotations;
  const auto planned = plan(settings, saved, config);
  prove_init(found);
  prove_cgroups(found, planned);
  choose_driver(saved, planned);
  const auto group = std::exchange(saved.intel_rdt_path, {});
  saved.intel_rdt_mon_path.clear();
  if (!group.empty()) leave(found, fmt::format("group {} of Intel RDT", quote(group)));
  return found;
}

}  // namespace corten::container
