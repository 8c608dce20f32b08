// SPDX-License-Identifier: Apache-2.0
#include "shim/ttrpc/socket.hpp"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>

#include "sys/syscall.hpp"

namespace corten::shim::ttrpc {
namespace {

struct Address {
  explicit Address(const std::string& path) {
    value.sun_family = AF_UNIX;
    if (path.size() >= sizeof value.sun_path) {
      throw Error{fmt::format("the path of the socket is too long: {}", path), ENAMETOOLONG};
    }
    std::copy(path.begin(), path.end(), value.sun_path);
  }
  [[nodiscard]] const sockaddr* pointer() const { return reinterpret_cast<const sockaddr*>(&value); }

  sockaddr_un value{};
};

UniqueFd make_socket(int flags) {
  return UniqueFd{sys::check("socket", [&] { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0); })};
}

}  // namespace

std::string socket_path(std::string_view address) {
  constexpr std::string_view scheme = "unix://";
  if (address.starts_with(scheme)) address.remove_prefix(scheme.size());
  return std::string{address};
}

UniqueFd connect_to(const std::string& path) {
  const Address address{path};
  auto socket = make_socket(SOCK_NONBLOCK);
  sys::check([&] { return fmt::format("connect to {}", path); },
             [&] { return ::connect(socket.get(), address.pointer(), sizeof address.value); });
  return socket;
}

UniqueFd try_listen_at(const std::string& path) {
  const Address address{path};
  auto socket = make_socket(0);
  // The mode of the inode that bind(2) makes: nobody else can connect in between.
  sys::check("fchmod of a socket", [&] { return ::fchmod(socket.get(), 0600); });
  const int code = sys::attempt([&] { return ::bind(socket.get(), address.pointer(), sizeof address.value); });
  if (code == -EADDRINUSE) return {};
  if (code < 0) throw_errno(fmt::format("bind to {}", path), -code);
  sys::check("listen", [&] { return ::listen(socket.get(), SOMAXCONN); });
  return socket;
}

std::string path_of(int listener) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  sys::check("getsockname", [&] { return ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size); });
  return {address.sun_path, ::strnlen(address.sun_path, sizeof address.sun_path)};
}

}  // namespace corten::shim::ttrpc
