// SPDX-License-Identifier: Apache-2.0
#include "process/start_socket.hpp"

#include <fmt/core.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "sys/syscall.hpp"

namespace corten::process {
namespace {

/// An address relative to a directory descriptor: state directories may lie deeper than the 107 bytes of sun_path.
sockaddr_un address_of(int directory, const char* name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto end =
      fmt::format_to_n(address.sun_path, sizeof address.sun_path - 1, "/proc/self/fd/{}/{}", directory, name);
  *end.out = '\0';
  return address;
}

UniqueFd make_socket(int type) {
  return UniqueFd{sys::check("socket", [&] { return ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0); })};
}

/// 0 or -errno.
int connect(const UniqueFd& socket, int directory, const char* name) {
  const auto address = address_of(directory, name);
  return sys::attempt(
      [&] { return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address); });
}

}  // namespace

UniqueFd listen_for_start(int directory, const char* name) {
  auto socket = make_socket(SOCK_STREAM);
  const auto address = address_of(directory, name);
  // The file that bind(2) makes gets the mode of the socket, whatever the caller's umask would let through.
  sys::check("chmod of the start socket", [&] { return ::fchmod(socket.get(), S_IRUSR | S_IWUSR); });
  sys::check("binding the start socket",
             [&] { return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address); });
  constexpr int backlog = 16;
  sys::check("listening on the start socket", [&] { return ::listen(socket.get(), backlog); });
  return socket;
}

/// Asks without a connection, so that init is not woken and its queue stays free: connect(2) of a datagram socket to a stream
/// socket fails with EPROTOTYPE where a process has that open, else with ECONNREFUSED (unix_find_bsd() in net/unix/af_unix.c).
bool waits_for_start(int directory, const char* name) {
  // Most containers have been started, and have no such file any more.
  if (::faccessat(directory, name, F_OK, 0) != 0) return false;
  const int result = connect(make_socket(SOCK_DGRAM), directory, name);
  if (result == -EPROTOTYPE) return true;
  if (result == -ENOENT || result == -ECONNREFUSED) return false;
  throw_errno("asking for the container's start socket", -result);
}

std::optional<Channel> connect_to_start(int directory, const char* name, std::chrono::milliseconds patience) {
  auto socket = make_socket(SOCK_STREAM);
  const timeval limit{.tv_sec = patience.count() / 1000, .tv_usec = patience.count() % 1000 * 1000};
  sys::check("setsockopt", [&] { return ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); });
  const int result = connect(socket, directory, name);
  if (result == 0) return Channel{std::move(socket)};
  if (result == -EAGAIN) return std::nullopt;
  if (result == -ENOENT || result == -ECONNREFUSED) return Channel{};
  throw_errno("connecting to the container's start socket", -result);
}

bool has_read(const Channel& connection) {
  int unread = 0;
  sys::check("ioctl(SIOCOUTQ)", [&] { return ::ioctl(connection.fd(), SIOCOUTQ, &unread); });
  return unread == 0;
}

}  // namespace corten::process
