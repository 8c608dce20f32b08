// SPDX-License-Identifier: Apache-2.0
// Staying with a process until it ends: signals forwarded to it, orphans reaped, its terminal copied to ours.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>

#include "base/unique_fd.hpp"
#include "container/streams/terminal_copy.hpp"

namespace corten::container {

/// Signals are blocked from its making on, so that none is lost between the start of the process and wait().
class Foreground {
 public:
  /// With `subreaper`, processes that the container orphans become ours to reap.
  Foreground(bool subreaper, bool terminal);
  Foreground(const Foreground&) = delete;
  Foreground& operator=(const Foreground&) = delete;
  Foreground(Foreground&&) = delete;
  Foreground& operator=(Foreground&&) = delete;
  ~Foreground();

  /// Calls `on_readable` whenever `fd` can be read, until it returns true.
  void watch(int fd, std::function<bool()> on_readable);

  /// Waits for `pid`, a child. With a valid `master` copies between it and standard input and output, in raw mode.
  /// Returns the status as a shell counts it.
  int wait(pid_t pid, const UniqueFd& master);

 private:
  bool on_signals(pid_t pid, const UniqueFd& master);

  std::optional<HostConsole> console_;
  UniqueFd signals_;
  int watched_ = -1;
  std::function<bool()> on_readable_;
  int status_ = 0;
};

}  // namespace corten::container
