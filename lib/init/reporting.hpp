// SPDX-License-Identifier: Apache-2.0
// What an init stage says beside its work, for the log and the trace: its parent writes it.
#pragma once

#include "process/channel.hpp"

namespace corten::init {

/// From now on over `channel`, which must live on. Nothing but warnings and errors until log_debug().
void report_over(const process::Channel& channel, const char* trace_handle, const char* kind);

/// Has lines of level debug, too.
void log_debug(bool wanted);

}  // namespace corten::init
