// SPDX-License-Identifier: Apache-2.0
// systemd's readiness protocol (sd_notify(3)) for a container: a socket of ours is bound into it, and READY=1 is passed on to
// the NOTIFY_SOCKET of the caller.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace corten::notify {

inline constexpr const char* host_directory_name = "notify";  // in the container's state directory
inline constexpr const char* container_directory = "/run/notify";
inline constexpr const char* container_socket = "/run/notify/notify.sock";

/// The line that starts with "READY=" in a datagram.
[[nodiscard]] std::optional<std::string_view> ready_line(std::string_view datagram);

class ReadyProxy {
 public:
  /// `host` is the caller's NOTIFY_SOCKET; nothing where it is empty.
  static std::optional<ReadyProxy> to(const std::string& host);

  /// Makes the directory that is bound into the container, in its state directory `state`.
  static void make_directory(int state);

  /// Binds the socket in that directory, open to any user of the container.
  void bind(int state);

  /// Reads one datagram; true once the container is ready. The host is notified then, with `main_pid` as MAINPID, and has
  /// processed that (BARRIER=1).
  bool receive(pid_t main_pid);

  /// receive() until ready, or until the process behind `pidfd` ends.
  void wait_ready(pid_t main_pid, const UniqueFd& pidfd);

  [[nodiscard]] const UniqueFd& socket() const { return socket_; }

 private:
  explicit ReadyProxy(std::string host) : host_{std::move(host)} {}
  void tell_host(std::string_view ready, pid_t main_pid) const;

  std::string host_;
  UniqueFd socket_;
};

}  // namespace corten::notify
