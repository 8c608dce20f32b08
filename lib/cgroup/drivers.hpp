// SPDX-License-Identifier: Apache-2.0
// What make_manager and open_manager choose from.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cgroup/manager.hpp"
#include "systemd/units.hpp"

namespace corten::cgroup {

/// What the drivers by files need; open_manager, which makes no cgroup, leaves `resources` and `owner_uid` out.
struct FilesOptions {
  Paths paths;
  bool rootless = false;
  bool explicit_path = true;
  bool adopted = false;  // systemd has made it, and the new process is in it
  bool saved = false;    // the paths are those of state.json
  std::optional<std::uint32_t> owner_uid = std::nullopt;
  Resources resources = {};
};

class FilesManager : public Manager {
 public:
  /// Throws where apply() would before it writes anything.
  virtual void check(const Resources& resources) const = 0;
};

/// v1 hierarchies, with or without a v2 one beside them.
[[nodiscard]] std::unique_ptr<FilesManager> make_legacy_manager(FilesOptions options);

/// The v2 hierarchy, mounted at `mount`.
[[nodiscard]] std::unique_ptr<FilesManager> make_unified_manager(FilesOptions options, std::string mount);

/// A unit that is to be made.
struct NewUnit {
  std::vector<systemd::Property> properties;  // but for its first process
  Resources limits;                           // for the files
};

struct UnitOptions {
  std::string unit;
  Layout layout = Layout::unified;
  bool rootless = false;
  std::optional<NewUnit> made;
  std::unique_ptr<systemd::Units> units;
  std::unique_ptr<FilesManager> files;  // for the unit's cgroup
};

/// A unit of systemd's.
[[nodiscard]] std::unique_ptr<Manager> make_systemd_manager(UnitOptions options);

/// The context of a failure to make or enter a cgroup, as runc has it.
inline constexpr auto apply_step = "unable to apply cgroup configuration";

/// Throws when a new container must not go into a cgroup with so many processes, in this state.
void refuse_occupied(std::size_t processes, FreezerState state);

/// `path` below `directory`; throws "bad sub cgroup path" when it leads out of it.
[[nodiscard]] std::string sub_cgroup(const std::string& directory, const std::string& path);

/// Signals every process in `directory`; the caller keeps the cgroup frozen meanwhile, so that pids stay what they are
/// and none is forked.
void signal_processes(const std::string& directory, int signal);

/// Moves process `pid` to `directory`: 0, or an errno.
[[nodiscard]] int try_add(const std::string& directory, pid_t pid);

}  // namespace corten::cgroup
