// SPDX-License-Identifier: Apache-2.0
// Processes by descriptor, so that no other process with a reused pid is hit.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

#include "base/unique_fd.hpp"

namespace corten::sys {

/// pidfd_open(2); nothing where the process is gone.
[[nodiscard]] std::optional<UniqueFd> open_pidfd(pid_t pid);

/// pidfd_send_signal(2); false where the process is gone.
bool send_signal(const UniqueFd& pidfd, int signal);

/// True once the process has ended, false when `limit` has passed.
bool wait_ended(const UniqueFd& pidfd, std::chrono::milliseconds limit);

/// Kills and reaps a child. False where it has not ended within `limit`: a frozen one of cgroup v1 ends once it is thawed.
bool end_child(pid_t child, std::chrono::milliseconds limit) noexcept;

/// waitpid(2) for a child: exit status, or 128 + signal.
int wait_status(pid_t child);

/// A wait status as exit status, or 128 + signal.
[[nodiscard]] int shell_status(int wait_status);

}  // namespace corten::sys
