// SPDX-License-Identifier: Apache-2.0
// What parent and init stage tell each other beside the plan: descriptors, by their names, and what is known only once the
// stage is there. The parent lends the descriptors for the message; in the stage they are the value's own.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "base/wire.hpp"
#include "process/passed_fds.hpp"
#include "process/plan.hpp"

namespace corten::process {

/// A namespace to join.
struct JoinedNamespace {
  std::uint64_t flag = 0;  // of clone(2)
  std::string path;        // for errors
  UniqueFd fd;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), JoinedNamespace> {
  return std::tie(x.flag, x.path, x.fd);
}

/// The namespaces and the cgroup of a container's init. It is sent before the InitPlan.
struct NamespaceRequest {
  std::uint64_t created = 0;  // clone flags; init unshares CLONE_NEWCGROUP itself, once it is in its cgroup
  std::vector<JoinedNamespace> joined;
  std::string time_offsets;          // /proc/PID/timens_offsets, with CLONE_NEWTIME in `created`
  UniqueFd cgroup;                   // v2: a cgroup's directory, to start in (CLONE_INTO_CGROUP)
  bool cgroup_optional = false;      // starts outside of it where the kernel refuses
  std::optional<int> oom_score_adj;  // set by the stage where the parent is not root, and may not
  unsigned passed_fds = 0;           // number of descriptors from 3 on to keep
  std::vector<Rlimit> user_limits;   // limits of a new user namespace, for all its processes together
  std::vector<UniqueFd> streams;     // become 0, 1 and 2 of a stage that was started before they were known
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), NamespaceRequest> {
  return std::tie(x.created, x.joined, x.time_offsets, x.cgroup, x.cgroup_optional, x.oom_score_adj, x.passed_fds,
                  x.user_limits, x.streams);
}

/// A stage has cloned itself, and the clone takes its place.
struct CloneReport {
  pid_t pid = 0;  // of the clone; the stage's own: it has made a user namespace only; 0: it ended without a clone
  bool in_cgroup = false;     // the clone is in the requested cgroup
  bool maps_follow = false;   // it is in a new user namespace, and waits for its id maps
  bool last = true;           // it becomes the process, and does not clone itself again
  pid_t between = 0;          // a clone between the two, which has ended
  bool clones_again = false;  // clones itself once more, into a joined pid namespace, when its root is the container's
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), CloneReport> {
  return std::tie(x.pid, x.in_cgroup, x.maps_follow, x.last, x.between, x.clones_again);
}

/// The v1 files by which a process enters its cgroup.
struct TasksFiles {
  std::vector<UniqueFd> required;
  std::vector<UniqueFd> optional;  // of hierarchies without limits, which may refuse
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), TasksFiles> { return std::tie(x.required, x.optional); }

/// HookFiles, opened.
struct HookOutput {
  UniqueFd output, errors;
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), HookOutput> { return std::tie(x.output, x.errors); }

/// Beside an InitPlan.
struct InitHandover {
  TasksFiles tasks_files;
  UniqueFd start_socket;                      // with InitPlan::waits_for_start: listens for `start`
  PassedFds passed;                           // the caller's descriptors that the process keeps
  bool set_groups = true;                     // false where the user namespace forbids setgroups(2)
  std::string creating_state, created_state;  // compact state JSON, for createContainer and startContainer hooks
  HookOutput hook_output;                     // opened by the parent: the paths are the host's
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), InitHandover> {
  return std::tie(x.tasks_files, x.start_socket, x.passed, x.set_groups, x.creating_state, x.created_state,
                  x.hook_output);
}

/// Beside an ExecPlan.
struct ExecHandover {
  TasksFiles tasks_files;
  UniqueFd cgroup;               // as in NamespaceRequest
  bool cgroup_optional = false;  // as there
  bool placed = false;           // the parent puts the process into the cgroup once it is there, and sends `placed`
  std::uint64_t namespaces = 0;  // the clone flags of those to join:
  UniqueFd pidfd;                // all of them by the container's init (Linux 5.8),
  std::vector<UniqueFd> namespace_files;  // or one by one, in this order
  PassedFds passed;                       // as in InitHandover
  bool set_groups = true;                 // as there

  /// Whether the process is a clone of the stage, whose pid the stage reports; else it is the stage.
  [[nodiscard]] bool is_cloned() const { return (namespaces & CLONE_NEWPID) != 0 || cgroup.valid(); }
};
constexpr auto members(auto& x) requires wire::Is<decltype(x), ExecHandover> {
  return std::tie(x.tasks_files, x.cgroup, x.cgroup_optional, x.placed, x.namespaces, x.pidfd, x.namespace_files,
                  x.passed, x.set_groups);
}

}  // namespace corten::process
