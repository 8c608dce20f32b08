// SPDX-License-Identifier: Apache-2.0
// Lines of an init stage for the log and the trace, which its parent writes.
#pragma once

#include "process/channel.hpp"

namespace corten::init {

/// Sends them over `channel`, which must outlive the process's last line. Warnings and errors only, until log_debug().
void report_over(const process::Channel& channel, const char* trace_handle, const char* kind);

/// Whether to send debug lines, too.
void log_debug(bool wanted);

}  // namespace corten::init
