// SPDX-License-Identifier: Apache-2.0
// A copy of this process for work that must happen apart: in other namespaces, or before another program takes over.
#pragma once

#include <sys/types.h>

#include <functional>

#include "process/channel.hpp"

namespace corten::process {

struct Forked {
  pid_t pid = 0;
  Channel channel;  // a failure of the copy comes over it; its end is the copy's end, or its execve
};

/// Starts a copy that runs `body`, with its own end of the channel, and then ends. Signals are unblocked in it.
[[nodiscard]] Forked fork_to(const std::function<void(const Channel&)>& body);

/// The same, but waits. Throws what the copy has thrown.
void run_in_fork(const std::function<void()>& body);

}  // namespace corten::process
