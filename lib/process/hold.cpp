// SPDX-License-Identifier: Apache-2.0
#include "process/hold.hpp"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "process/lean_wait.hpp"
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

UniqueFd make_socket() {
  return UniqueFd{sys::check("socket", [] { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); })};
}

}  // namespace

UniqueFd listen_for_start(int directory, const char* name) {
  auto socket = make_socket();
  const auto address = address_of(directory, name);
  sys::check("binding the start socket",
             [&] { return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address); });
  constexpr int backlog = 16;
  sys::check("listening on the start socket", [&] { return ::listen(socket.get(), backlog); });
  return socket;
}

Channel await_start(const UniqueFd& listener) {
  for (;;) {
    const int accepted = accept_lean(listener.get());
    if (accepted < 0) throw_errno("waiting for start", -accepted);
    Channel connection{UniqueFd{accepted}};
    if (const auto packet = connection.receive(); packet && packet->type == Message::start) return connection;
  }
}

bool waits_for_start(int directory, const char* name) {
  // Most containers have been started, and have no such file any more.
  return ::faccessat(directory, name, F_OK, 0) == 0 && connect_to_start(directory, name).open();
}

Channel connect_to_start(int directory, const char* name) {
  auto socket = make_socket();
  const auto address = address_of(directory, name);
  const int result = sys::attempt(
      [&] { return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address); });
  if (result == 0) return Channel{std::move(socket)};
  if (result == -ENOENT || result == -ECONNREFUSED) return Channel{};
  throw_errno("connecting to the container's start socket", -result);
}

}  // namespace corten::process
