// SPDX-License-Identifier: Apache-2.0
// Starts the init stage: clone3(2) into the new and joined namespaces and the cgroup, then the sealed executable.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "process/channel.hpp"

namespace corten::process {

struct JoinedNamespace {
  std::uint64_t flag = 0;
  UniqueFd fd;
  std::string path;  // for errors
};

struct SpawnRequest {
  std::uint64_t new_namespaces = 0;  // clone flags; CLONE_NEWCGROUP is left to the init stage, once in its cgroup
  std::vector<JoinedNamespace> joined;
  std::string time_offsets;             // /proc/PID/timens_offsets, with CLONE_NEWTIME in new_namespaces
  int cgroup = -1;                      // a v2 cgroup's directory, or -1
  bool cgroup_optional = false;         // start outside of it where it refuses
  std::vector<std::uint64_t> affinity;  // CPU mask to start with; empty: as the caller
  unsigned preserve_fds = 0;            // descriptors from 3 on that the process is to have
  std::string init_argument;            // "init" or "exec": which plan follows
};

struct Spawned {
  pid_t pid = 0;
  bool in_cgroup = false;  // not where the kernel cannot, or the cgroup was optional and refused
  Channel channel;
  /// What it executes. Whoever closes this last waits for RCU, as its mount goes: the parent, once it has heard `executed`
  /// and can wait while the init stage works.
  UniqueFd executable;
};

/// Writes the id maps of a process in its new user namespace.
using MapIds = std::function<void(pid_t)>;

/// Returns once the init stage has been started; what becomes of it is said over the channel. `map_ids` is called when
/// a new user namespace is asked for. On failure no process is left.
[[nodiscard]] Spawned spawn_init(const SpawnRequest& request, const MapIds& map_ids);

}  // namespace corten::process
