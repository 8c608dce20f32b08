// SPDX-License-Identifier: Apache-2.0
// What `run`, `exec` and `restore` do while their process runs: they forward signals, reap orphans, and copy its terminal to ours.
#pragma once

#include <memory>

#include <corten/corten.hpp>

#include "cmd/system.hpp"
#include "cmd/terminal_copy.hpp"

namespace corten::cmd {

/// The constructor blocks signals, so that none is lost between the start of the process and wait().
class Foreground {
 public:
  /// With `subreaper`, orphans of the container become our children.
  explicit Foreground(bool subreaper);
  Foreground(const Foreground&) = delete;
  Foreground& operator=(const Foreground&) = delete;
  Foreground(Foreground&&) = delete;
  Foreground& operator=(Foreground&&) = delete;
  ~Foreground();

  /// Waits for the process, a child, and copies between its terminal, where it has one, and standard input and output, in raw
  /// mode. Passes on that its container is ready. Returns its exit status, or 128 + signal.
  int wait(Process& process);

  /// The same. Deletes the container afterwards unless `keep`, and in any case where waiting fails.
  int wait(Started started, bool keep);

 private:
  bool on_signals(const Process& process, int console);

  Descriptor signals_;
  int status_ = 0;
};

/// The foreground of a process that is to be started with `stdio`, whose terminal has the size of ours; nothing where the caller
/// detaches.
[[nodiscard]] std::unique_ptr<Foreground> begin_foreground(Stdio& stdio, bool subreaper);

}  // namespace corten::cmd
