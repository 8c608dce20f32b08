// SPDX-License-Identifier: Apache-2.0
// Makes a container of a task, on the worker: the loop takes what has been made.
#pragma once

#include <string>

#include "shim/task/process.hpp"

namespace corten::shim {

struct Made {
  library::Container container, look;
  library::Process process;
};

/// Mounts the root and opens the streams; what a failure leaves is undone. The container is made, too, unless it is to be restored.
void prepare(Task& task, Made& made, const std::string& name_space);

/// Makes the container with the processes that are saved in the task's checkpoint; they run at once.
void restore(const Task& task, Made& made);

/// On the loop.
void take(Task& task, Made& made);

}  // namespace corten::shim
