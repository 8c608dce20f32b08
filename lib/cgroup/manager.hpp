// SPDX-License-Identifier: Apache-2.0
// A container's cgroup: made, limited, frozen, emptied and removed. One interface, a driver behind it for cgroup v1
// and hybrid trees by files, for v2 by files, for systemd over D-Bus on both, and one that does nothing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"
#include "cgroup/plan.hpp"

namespace corten::cgroup {

/// How /sys/fs/cgroup is laid out: v2 alone, or v1 hierarchies (with, perhaps, a v2 one at "unified": hybrid).
enum class Layout { legacy, unified };
[[nodiscard]] Layout host_layout();

/// Where the container's cgroup is: (controller, directory as in "/sys/fs/cgroup/memory/a/b"). Controllers are named as
/// in /proc/self/cgroup: "memory", "name=systemd", "" for v2; co-mounted ones have a row each, with one directory.
/// This is what state.json keeps, so that later commands find the cgroup without planning again.
using Paths = std::vector<std::pair<std::string, std::string>>;

/// Cgroups below the container's own, for exec: (controller, relative path); controller "" means all of them.
using SubPaths = std::vector<std::pair<std::string, std::string>>;

/// How a new process gets into the cgroup. All empty where there is none to enter (rootless, driver disabled).
struct Entry {
  UniqueFd directory;                 // v2, also that of a hybrid host: for CLONE_INTO_CGROUP
  bool directory_optional = false;    // hybrid: no limit is set there, and a process that cannot enter goes on
  std::vector<UniqueFd> tasks_files;  // v1: each open for writing; a single-threaded child writes "0" to each, which
                                      // skips the RCU wait that a pid written to cgroup.procs pays (Linux 5.17)
  std::vector<UniqueFd> optional_tasks_files;  // the same, but a failed write is ignored: hierarchies without limits
  std::function<void(pid_t)> attach;  // systemd: has a process moved in that waits; the manager must still be there
};

/// One mount below the container's view of /sys/fs/cgroup on v1.
struct HierarchyMount {
  std::string name;    // of the directory: "memory", "cpu,cpuacct", "systemd"
  std::string source;  // the container's cgroup
};

/// The v1 hierarchies that a container with a cgroup at `paths` sees; the v2 one of a hybrid tree is not among them.
[[nodiscard]] std::vector<HierarchyMount> hierarchy_mounts(const Paths& paths);

enum class FreezerState { undefined, thawed, frozen };

/// Which of a new cgroup's limits to write. The number of tasks may have to wait: see Manager::apply_initial().
enum class LimitPart { all, all_but_tasks, tasks };

class Manager {
 public:
  virtual ~Manager() = default;

  /// Where the cgroup is or will be. Known before anything is made, so that state.json can name it first.
  [[nodiscard]] virtual const Paths& paths() const = 0;

  /// Throws, with the texts of create(), where the cgroup is there already and is frozen or holds processes: it is somebody
  /// else's, and must not even be named as ours.
  void check_free() const;

  /// Makes the cgroup's directories (parents too) and sets what must be set before a process enters (cpuset); with
  /// systemd, which makes no cgroup without a process, the entry's attach() does that.
  /// Refuses a cgroup that is frozen or holds processes, with runc's texts ("container's cgroup is not empty: ...");
  /// other failures say "unable to apply cgroup configuration: ...". What it made is removed on failure.
  virtual void create() = 0;

  /// Opens what a new process needs to enter; with `sub` a path below (exec --cgroup).
  [[nodiscard]] virtual Entry entry(const SubPaths& sub) const = 0;
  [[nodiscard]] Entry entry() const { return entry(SubPaths{}); }

  /// As entry(), for the cgroup that process `pid` is in now. On v2 an exec goes there when the container's own cgroup
  /// is gone, or when clone3 says EBUSY for it because its processes moved to a child with controllers enabled.
  [[nodiscard]] virtual Entry entry_beside(pid_t pid) const = 0;

  /// Moves a running process in, for kernels and drivers without a better way.
  virtual void add(pid_t pid) = 0;

  /// Writes the limits of make_manager()'s plan, once create() has been called; devices are not a part of `tasks`.
  virtual void apply_initial(LimitPart part) = 0;

  /// Changes the limits that are set, but devices, of a cgroup that is there. A failure puts back what was written.
  virtual void change(const Resources& limits) = 0;

  /// Throws where there is no freezer, or it does not get there in seconds; then it is thawed again.
  void freeze() { set_frozen(true); }
  void thaw() { set_frozen(false); }
  /// Frozen only when that was asked for at this cgroup, not when one above it is.
  [[nodiscard]] FreezerState freezer_state() const;

  /// Every process in the cgroup and below it, as pids of the caller's namespace.
  [[nodiscard]] virtual std::vector<pid_t> processes() const = 0;

  /// Sends `signal` to each of them; SIGKILL by cgroup.kill where the kernel has it (5.14), else frozen meanwhile.
  virtual void kill_all(int signal) = 0;

  [[nodiscard]] bool exists() const;

  /// How often the kernel killed a process in it for want of memory; 0 when unknown.
  [[nodiscard]] std::uint64_t oom_kills() const;

  /// Removes the cgroup and those below it; what is not there is fine. Kills first, waits until empty, backs off.
  virtual void remove() = 0;

 private:
  virtual void set_frozen(bool frozen) = 0;
};

/// Whether the first process of a planned cgroup at `paths` may be started before Manager::create(), which takes long on v1,
/// and enter afterwards: no process is born in such a cgroup.
[[nodiscard]] bool is_entered_later(const Plan& plan, const Paths& paths);

/// A manager for a cgroup that is to be made as `plan` says. Throws for limits that this layout cannot have.
[[nodiscard]] std::unique_ptr<Manager> make_manager(const Plan& plan);

/// A manager for a cgroup that state.json describes.
[[nodiscard]] std::unique_ptr<Manager> open_manager(Driver driver, const Paths& paths, bool rootless,
                                                    const std::string& unit_name);

}  // namespace corten::cgroup
