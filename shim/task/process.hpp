// SPDX-License-Identifier: Apache-2.0
// A container and its processes, as their clients know them.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "shim/events/event.hpp"
#include "shim/library.hpp"
#include "shim/loop/loop.hpp"
#include "shim/options.hpp"
#include "shim/rootfs/mounts.hpp"
#include "shim/streams/streams.hpp"
#include "shim/task/memory_watch.hpp"
#include "shim/task/names.hpp"
#include "shim/ttrpc/server.hpp"

namespace corten::shim {

enum class State { created, running, stopped };

/// A container's first process, or one that was added.
struct Process {
  std::string id;  // of the container, or of the exec
  StreamNames names;
  std::string document = {};  // of an exec that has not been started: "process" of a config.json
  std::unique_ptr<Streams> streams = {};
  library::Process handle = {};
  pid_t pid = 0;
  State state = State::created;
  Exit exit = {};
  unsigned jobs = 0;      // of the worker's: its end is told of after them
  bool ended = false;     // it has ended, but there were jobs, or others must be told of first
  bool deleting = false;  // nobody else may
  std::vector<ttrpc::Reply> waiters = {};
  std::function<void()> on_exit = {};
  Watch watch = {};
};

struct Task {
  std::string id, bundle;
  Options options;
  std::vector<Mount> mounts = {};  // of its root
  std::string checkpoint = {};     // a directory of images, from which it is started; empty: none
  library::Runtime runtime = {};
  library::Container container = {};  // for the worker's calls
  library::Container look = {};       // for those of the loop
  Process init;
  std::unique_ptr<MemoryWatch> memory = {};  // while the first process runs
  std::map<std::string, std::unique_ptr<Process>> execs = {};
  bool made = false, paused = false, pausing = false;

  [[nodiscard]] std::string root() const { return bundle + "/rootfs"; }
};
using TaskPointer = std::shared_ptr<Task>;

}  // namespace corten::shim
