// SPDX-License-Identifier: Apache-2.0
// The output of ps(1), less the processes of others.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace corten::cmd {

/// The title and the lines of `output` whose column PID holds one of `pids`; throws where it has no such column.
[[nodiscard]] std::string select_processes(std::string_view output, const std::vector<pid_t>& pids);

/// What a program from $PATH prints, errors too. Throws with that text where its exit status is not 0.
[[nodiscard]] std::string output_of(const std::vector<std::string>& command);

}  // namespace corten::cmd
