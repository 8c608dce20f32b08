// SPDX-License-Identifier: Apache-2.0
// The last stretch of a container's process, the same for a new container and for exec: settings, user, system call
// filter, execve. The calls are in the order in which init_steps and exec_steps make them.
#pragma once

#include <string>

#include "process/channel.hpp"
#include "process/plan.hpp"

namespace corten::init {

/// no_new_privs, scheduler, I/O priority, personality and memory policy: while we still have our privileges.
void apply_settings(const process::Launch& launch);

/// As late as can be: what is still done must not run into the limits. Asks the parent for those it may not set.
void set_rlimits(const process::Launch& launch, const process::Channel& channel);

/// The terminal's master goes to the parent.
struct Terminal;
void send_terminal(const process::Channel& channel, const Terminal& terminal);

/// Before others in a joined pid namespace see this process: gives up the capabilities that none of these functions takes.
void drop_unneeded_capabilities(const process::Launch& launch);

/// User, capabilities, working directory; then finds the executable, whose path it returns. HOME is added to
/// `launch.env`.
[[nodiscard]] std::string take_identity(process::Launch& launch);

/// Tells the parent that all is set. Where the filter has a notify listener it is loaded here, while there is a parent to
/// take it; the descriptor that is returned must stay open until the parent says the next word.
[[nodiscard]] UniqueFd report_ready(const process::Launch& launch, const process::Channel& channel);

/// Closes what the process is not to have, and loads the filter, as late as can be: what comes after it must be allowed by
/// the container's profile.
void confine(const process::Launch& launch, const process::Channel& channel);

/// Executes the process.
[[noreturn]] void execute(const process::Launch& launch, const std::string& path);

}  // namespace corten::init
