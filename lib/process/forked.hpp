// SPDX-License-Identifier: Apache-2.0
// A forked copy of this process, for work in other namespaces or before another program is executed.
#pragma once

#include <sys/types.h>

#include <functional>

#include "process/channel.hpp"

namespace corten::process {

struct Forked {
  pid_t pid = 0;
  Channel channel;  // the copy sends its failure over it; it ends with the copy, or with its execve
};

/// Starts a copy that runs `body`, with its own end of the channel, and then ends. Signals are unblocked in it.
[[nodiscard]] Forked fork_to(const std::function<void(const Channel&)>& body);

/// The same, but waits. Throws what the copy has thrown.
void run_in_fork(const std::function<void()>& body);

}  // namespace corten::process
