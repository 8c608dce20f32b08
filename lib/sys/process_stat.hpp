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
  long threads = 0;              // that are there, a main thread that has ended included until the last has

  /// The state is the main thread's, which may end before the others (pthread_exit(3)): the process lives then.
  [[nodiscard]] bool dead() const { return state == 'X' || state == 'x' || (state == 'Z' && threads <= 1); }
};

/// Nothing where no process has that pid.
[[nodiscard]] std::optional<ProcessStat> read_process_stat(pid_t pid);

/// The same from the file's text. The command name may hold blanks and parentheses.
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace corten::sys
