// SPDX-License-Identifier: Apache-2.0
// What the managers that write cgroup files have in common.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cgroup/limits.hpp"
#include "cgroup/manager.hpp"

namespace corten::cgroup {

/// What the drivers by files need; open_manager, which makes no cgroup, leaves limits, devices and owner out.
struct FilesOptions {
  Paths paths;
  bool rootless = false;
  bool explicit_path = true;
  bool adopted = false;  // systemd has made it, and the new process is in it
  bool saved = false;    // the paths are those of state.json
  std::optional<std::uint32_t> owner_uid = std::nullopt;
  LimitPlan limits = {};
  std::vector<DeviceRule> devices = {};
};

class FilesManager : public Manager {
 public:
  explicit FilesManager(FilesOptions options) : options_{std::move(options)} {}

  [[nodiscard]] const Paths& paths() const final { return options_.paths; }
  void apply_initial(LimitPart part) final;
  void change(const Resources& limits) final;

  /// Limits as this layout's files. Throws for those that it cannot have.
  [[nodiscard]] virtual LimitPlan plan(const Resources& limits) const = 0;

  /// Before anything is changed: throws for limits that are not to be set, and warns of what they will do.
  void announce(const LimitPlan& limits) const;

  /// Writes `limits`, which are announced.
  void write(const LimitPlan& limits) const;

 protected:
  FilesOptions options_;
  bool created_ = false;

 private:
  virtual void apply_devices() = 0;
  void check(const LimitPlan& limits) const;
};

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
