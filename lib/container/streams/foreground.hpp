// SPDX-License-Identifier: Apache-2.0
// Waits for a process in the foreground: forwards signals, reaps orphans, copies its terminal to ours.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>

#include "base/unique_fd.hpp"
#include "container/streams/terminal_copy.hpp"

namespace corten::container {

/// The constructor blocks signals, so that none is lost between the start of the process and wait().
class Foreground {
 public:
  /// With `subreaper`, orphans of the container become our children.
  Foreground(bool subreaper, bool terminal);
  Foreground(const Foreground&) = delete;
  Foreground& operator=(const Foreground&) = delete;
  Foreground(Foreground&&) = delete;
  Foreground& operator=(Foreground&&) = delete;
  ~Foreground();

  /// Calls `on_readable` whenever `fd` can be read, until it returns true.
  void watch(int fd, std::function<bool()> on_readable);

  /// Waits for `pid`, a child. With a valid `master` copies between it and standard input and output, in raw mode.
  /// Returns the exit status, or 128 + signal.
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
