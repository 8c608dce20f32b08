// SPDX-License-Identifier: Apache-2.0
// The ordered lists: what the init stage of a new container does, and what that of an exec'ed process does.
#pragma once

#include "process/channel.hpp"

namespace corten::process {

/// The argv[0] of an init stage.
inline constexpr const char* init_name = "corten:init";

/// Receives an InitPlan and ends in execve.
void run_new_container(Channel& channel);

/// Receives an ExecPlan and ends in execve.
void run_exec(Channel& channel);

/// The whole init stage: what run_init_if_asked() leads to.
[[noreturn]] void run_init_stage(const char* kind, int channel_fd, int log_fd, const char* trace_handle) noexcept;

}  // namespace corten::process
