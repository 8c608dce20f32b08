// SPDX-License-Identifier: Apache-2.0
// What execve(2)'s errno does not tell.
#pragma once

#include <string>
#include <string_view>

namespace corten::init {

/// Why the file that starts with `head` cannot be executed on a `machine` (as uname(2) names it), where execve(2) said `code`:
/// ": " and a sentence about its interpreter, its architecture or its first line; empty where the file does not tell.
[[nodiscard]] std::string exec_hint(std::string_view head, int code, std::string_view machine);

/// The same for the file at `path`, on this machine.
[[nodiscard]] std::string exec_hint_of(const char* path, int code);

}  // namespace corten::init
