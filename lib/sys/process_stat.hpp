// SPDX-License-Identifier: Apache-2.0
// A process as /proc/PID/stat shows it: alive or not, and since when. The start time tells a process from a later one
// with the same pid.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace corten::sys {

struct ProcessStat {
  char state = '?';              // 'R', 'S', 'Z', ...
  std::uint64_t start_time = 0;  // clock ticks after boot

  [[nodiscard]] bool dead() const { return state == 'Z' || state == 'X' || state == 'x'; }
};

/// Nothing where no process has that pid.
[[nodiscard]] std::optional<ProcessStat> read_process_stat(pid_t pid);

/// The same from the file's text. The command name may hold blanks and parentheses.
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace corten::sys
