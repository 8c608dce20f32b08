// SPDX-License-Identifier: Apache-2.0
// Our own terminal in raw mode, and the bytes between it and a container's terminal.
#pragma once

#include <poll.h>
#include <termios.h>

#include <string>

#include "base/unique_fd.hpp"

namespace corten::container {

void copy_window_size(int from, int to);

/// Newlines are to be turned once: by our own terminal, as without one in between. Before the container writes anything.
void leave_newlines_alone(int master);

/// The terminal that we were called from: the first of the standard streams that is one, else /dev/tty.
class HostConsole {
 public:
  HostConsole();
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_ = -1;
  UniqueFd opened_;
};

class TerminalCopy {
 public:
  /// Puts `console` into raw mode. Copies from `input` and to `output`.
  TerminalCopy(int console, int input, int output, const UniqueFd& master);
  TerminalCopy(const TerminalCopy&) = delete;
  TerminalCopy& operator=(const TerminalCopy&) = delete;
  TerminalCopy(TerminalCopy&&) = delete;
  TerminalCopy& operator=(TerminalCopy&&) = delete;
  /// Gives the terminal its old mode back.
  ~TerminalCopy();

  /// What to poll(2) for: the container's side and ours.
  void prepare(pollfd& container, pollfd& own) const;

  /// Copies what poll(2) has found.
  void copy(const pollfd& container, const pollfd& own);

  /// Copies what the container's side has still written: its process has ended, but none of its output may be lost.
  void drain();

 private:
  bool read_master();
  void flush_input();

  int console_, input_, output_;
  const UniqueFd& master_;
  bool master_open_ = true, input_open_ = true;
  std::string pending_;  // typed, but not yet taken by the container
  termios old_{};
  bool raw_ = false;
};

}  // namespace corten::container
