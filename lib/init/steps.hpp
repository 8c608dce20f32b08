// SPDX-License-Identifier: Apache-2.0
// The ordered lists: what the init stage of a new container does, and what that of an exec'ed process does.
#pragma once

#include "init/make_namespaces.hpp"
#include "process/channel.hpp"

namespace corten::init {

/// Receives an InitPlan, in the container's namespaces, and ends in execve. Waits for `placed` where it is not in its cgroup.
[[noreturn]] void run_new_container(process::Channel& channel, Place place);

/// Receives an ExecPlan and ends in execve.
[[noreturn]] void run_exec(process::Channel& channel);

/// The whole init stage, as run_if_asked() calls it.
[[noreturn]] void run_init_stage(const char* kind, int channel_fd, const char* trace_handle) noexcept;

}  // namespace corten::init
