// SPDX-License-Identifier: Apache-2.0
// What `run`, `exec` and `restore` do while their process runs: they forward signals, reap orphans, and copy its terminal to ours.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <variant>

#include "api/container.hpp"
#include "base/unique_fd.hpp"
#include "cmd/terminal_copy.hpp"

namespace corten::cmd {

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

  /// Our terminal, whose size the process's has; -1 where there is none.
  [[nodiscard]] int console() const { return console_ ? console_->fd() : -1; }

  /// Waits for the process, a child, and copies between its terminal, where it has one, and standard input and output, in raw
  /// mode. Returns its exit status, or 128 + signal.
  int wait(const container::Process& process);

  /// The same, and passes on that the container is ready. Deletes the container afterwards unless `keep`, and in any case
  /// where waiting fails.
  int wait(container::Running running, bool keep);

 private:
  bool on_signals(const container::Process& process);
  int wait(const container::Process& process, std::optional<container::Readiness>& readiness);

  std::optional<HostConsole> console_;
  UniqueFd signals_;
  int status_ = 0;
};

/// Whether the process is to have a terminal.
[[nodiscard]] bool has_terminal(const spec::Config& config);
[[nodiscard]] bool has_terminal(const std::variant<config::ProcessChanges, spec::Process>& process);

/// The foreground of a process that is to be started with `stdio`, which gets the size of our terminal; nothing where the caller
/// detaches.
[[nodiscard]] std::unique_ptr<Foreground> begin_foreground(container::StdioOptions& stdio, bool terminal,
                                                           bool subreaper);

}  // namespace corten::cmd
