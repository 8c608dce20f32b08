// SPDX-License-Identifier: Apache-2.0
// Lines of --debug in runc's wording, at the same points of a start: guides, scripts and runc's own tests search for them.
#pragma once

#include <string>
#include <vector>

namespace corten::init {

/// Logged when the stage has its plan. Names the CPUs that it was started on.
void log_set_up();

/// Logged before the last steps that can fail before execve.
void log_last_steps(bool of_exec);

/// A CPU mask, 64 to a word and the least first, as one number: "0x1f".
[[nodiscard]] std::string mask_text(const std::vector<unsigned long>& words);

}  // namespace corten::init
