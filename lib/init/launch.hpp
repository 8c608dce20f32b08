// SPDX-License-Identifier: Apache-2.0
// The last steps of a container's process, for a new container and for exec: settings, user, system call filter, execve. They
// are listed in the order in which init_steps and exec_steps call them.
#pragma once

#include <string>

#include "process/channel.hpp"
#include "process/plan.hpp"

namespace corten::init {

/// Sets no_new_privs, scheduler, I/O priority, personality and memory policy, while the process is privileged.
void apply_settings(const process::Launch& launch);

/// Sets the resource limits, late, so that they do not apply to the steps before. Asks the parent for those it may not set.
void set_rlimits(const process::Launch& launch, const process::Channel& channel);

/// Sends the terminal's master to the parent.
struct Terminal;
void send_terminal(const process::Channel& channel, const Terminal& terminal);

/// Drops the capabilities that the next steps do not need, before a joined pid namespace shows this process.
void drop_unneeded_capabilities(const process::Launch& launch);

/// Sets user, capabilities and working directory, adds HOME to `launch.env`, and returns the path of the executable.
[[nodiscard]] std::string take_identity(process::Launch& launch);

/// Sends `ready`. A filter with a notify listener is loaded here, so that the parent can take the listener: the returned
/// descriptor must stay open until the parent's next message.
[[nodiscard]] UniqueFd report_ready(const process::Launch& launch, const process::Channel& channel);

/// Closes all descriptors that the process does not keep, and loads the filter: the calls that follow must be allowed by the
/// container's profile.
void confine(const process::Launch& launch, const process::Channel& channel);

/// Executes the process.
[[noreturn]] void execute(const process::Launch& launch, const std::string& path);

}  // namespace corten::init
