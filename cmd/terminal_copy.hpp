// SPDX-License-Identifier: Apache-2.0
// Copies between our own terminal, in raw mode, and a container's.
#pragma once

#include <poll.h>
#include <termios.h>

#include <string>

#include "cmd/system.hpp"

namespace corten::cmd {

void copy_window_size(int from, int to);

/// The caller's terminal: the first of the standard streams that is one, else /dev/tty.
class HostConsole {
 public:
  HostConsole();
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_ = -1;
  Descriptor opened_;
};

class TerminalCopy {
 public:
  /// Puts `console` into raw mode. Copies from `input` and to `output`.
  TerminalCopy(int console, int input, int output, int master);
  TerminalCopy(const TerminalCopy&) = delete;
  TerminalCopy& operator=(const TerminalCopy&) = delete;
  TerminalCopy(TerminalCopy&&) = delete;
  TerminalCopy& operator=(TerminalCopy&&) = delete;
  /// Restores the terminal's mode.
  ~TerminalCopy();

  /// The descriptors for poll(2): the container's terminal and ours.
  void prepare(pollfd& container, pollfd& own) const;

  /// Copies as far as poll(2) allows.
  void copy(const pollfd& container, const pollfd& own);

  /// Copies the rest of the output, once the process has ended.
  void drain();

 private:
  bool read_master();
  void flush_input();

  int console_, input_, output_, master_;
  bool master_open_ = true, input_open_ = true;
  std::string pending_;  // input that the container has not read yet
  termios old_{};
  bool raw_ = false;
};

}  // namespace corten::cmd
