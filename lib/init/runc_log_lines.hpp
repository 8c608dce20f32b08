// SPDX-License-Identifier: Apache-2.0
// What --debug says when a process is on its way, in the words that runc has at the same points: guides, and scripts that
// watch a start (runc's own tests are some), look for these.
#pragma once

#include <string>
#include <vector>

namespace corten::init {

/// The stage has its plan. Names the CPUs that it was started on.
void log_set_up();

/// What comes next is the last that can fail before execve.
void log_last_steps(bool of_exec);

/// A CPU mask, 64 to a word and the least first, as one number: "0x1f".
[[nodiscard]] std::string mask_text(const std::vector<unsigned long>& words);

}  // namespace corten::init
