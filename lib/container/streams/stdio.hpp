// SPDX-License-Identifier: Apache-2.0
// The caller's side of a process's descriptors: the sockets for its terminal and its pidfd, passed descriptors, the pid file.
// All of it is checked before a process exists.
#pragma once

#include <sys/ioctl.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "api/container.hpp"
#include "base/unique_fd.hpp"
#include "process/channel.hpp"
#include "process/passed_fds.hpp"

namespace corten::container {

/// Finds the descriptors to pass: those that are there, and inherited. What is close-on-exec is one of our own, which a container
/// must not get (the state directory would be its way out, as in runc CVE-2024-21626). Those of LISTEN_FDS must all be there.
[[nodiscard]] process::PassedFds find_passed(const StdioOptions& options);

/// Adds LISTEN_FDS and LISTEN_PID to the process's environment: with socket activation only.
void add_listen_fds(std::vector<std::string>& env, const StdioOptions& options);

class Stdio {
 public:
  /// Checks that `terminal` and the options go together ("cannot allocate tty if ... will detach without setting console
  /// socket"), looks at the caller's terminal, and connects to the sockets. `pidfd_receiver` is one more that gets the pidfd,
  /// unless it is empty.
  Stdio(const StdioOptions& options, bool terminal, const std::string& pidfd_receiver = {});

  /// Sends the terminal's master to the console socket, or keeps it for the caller.
  void take_console(process::Packet packet);

  /// Sends a pidfd of `pid` to the pidfd sockets, if there is one; `kind` is "standard" or "setns".
  void send_pidfd(pid_t pid, std::string_view kind);

  /// Writes the pid file: whole, or not at all, without a newline (its readers do not trim).
  void write_pid_file(pid_t pid) const;

  [[nodiscard]] UniqueFd take_master() { return std::move(master_); }

 private:
  const StdioOptions& options_;
  std::optional<winsize> window_;  // of the process's terminal
  UniqueFd console_socket_, master_;
  std::vector<UniqueFd> pidfd_sockets_;
};

}  // namespace corten::container
