// SPDX-License-Identifier: Apache-2.0
// The last steps of a container's process, for a new container and for exec: settings, user, system call filter, execve. They
// are listed in the order in which init_steps and exec_steps call them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "process/channel.hpp"
#include "process/passed_fds.hpp"
#include "process/plan.hpp"

namespace corten::init {

/// Sets no_new_privs, scheduler, I/O priority, personality and memory policy, while the process is privileged.
void apply_settings(const process::Launch& launch);

/// Of these the I/O priority and the memory policy, which children inherit and no image of CRIU has.
void set_policies(const process::Launch& launch);

/// Sets the resource limits, late, so that they do not apply to the steps before. Asks the parent for those it may not set.
void set_rlimits(const process::Launch& launch, const process::Channel& channel);

/// Sends the terminal's master to the parent.
struct Terminal;
void send_terminal(const process::Channel& channel, const Terminal& terminal);

/// Drops the capabilities that the next steps do not need, before a joined pid namespace shows this process.
void drop_unneeded_capabilities(const process::Launch& launch);

/// Sets user (the groups, too, if `set_groups`), capabilities and working directory.
void take_identity(const process::Launch& launch, bool set_groups);

/// The file to execute and its environment, which has HOME: looked up as the process's user.
struct Program {
  std::string path;
  std::vector<std::string> env;
};
[[nodiscard]] Program find_program(const process::Launch& launch);

/// Sends `ready`. A filter with a notify listener is loaded here, so that the parent can take the listener: the returned
/// descriptor must stay open until the parent's next message.
[[nodiscard]] UniqueFd report_ready(const process::Launch& launch, const process::Channel& channel);

/// Descriptors that what is done until execve needs; -1: none.
using Needed = std::array<int, 3>;

/// Closes all descriptors but the `needed` and `passed`, and loads the filter: the calls that follow must be allowed by the
/// container's profile.
void confine(const process::Launch& launch, const process::PassedFds& passed, Needed needed);

/// Executes the process, which keeps `passed`.
[[noreturn]] void execute(const Program& program, const std::vector<std::string>& args,
                          const process::PassedFds& passed);

}  // namespace corten::init
