// SPDX-License-Identifier: Apache-2.0
#include "notify/ready_proxy.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>

#include "base/log.hpp"
#include "base/text.hpp"
#include "sys/fd_passing.hpp"
#include "sys/syscall.hpp"

namespace corten::notify {
namespace {

constexpr int barrier_limit = 30000;  // milliseconds, as runc waits

UniqueFd datagram_socket() {
  return UniqueFd{sys::check("socket", [] { return ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); })};
}

struct Address {
  sockaddr_un name{};
  socklen_t size = sizeof(sockaddr_un);
};

/// "@" at the start stands for the abstract namespace.
Address address_of(std::string_view path) {
  Address address;
  address.name.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.name.sun_path)
    throw Error{fmt::format("{} is too long for a socket", path), ENAMETOOLONG};
  std::memcpy(address.name.sun_path, path.data(), path.size());
  if (!path.empty() && path[0] == '@') {
    address.name.sun_path[0] = '\0';
    address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  }
  return address;
}

void send_text(const UniqueFd& socket, std::string_view text) {
  sys::check("telling NOTIFY_SOCKET", [&] { return ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL); });
}

/// systemd closes the descriptor that comes with BARRIER=1 when it has handled all that came before.
void await_barrier(const UniqueFd& socket) {
  std::array<int, 2> ends{};
  sys::check("pipe", [&] { return ::pipe2(ends.data(), O_CLOEXEC); });
  const UniqueFd read{ends[0]};
  UniqueFd write{ends[1]};
  sys::send_with_fds(socket.get(), "BARRIER=1", {write.get()});
  write.reset();
  pollfd what{read.get(), 0, 0};  // a hang-up is always reported
  if (sys::check("poll", [&] { return ::poll(&what, 1, barrier_limit); }) == 0) {
    throw Error{"NOTIFY_SOCKET did not answer the barrier within 30 seconds", ETIMEDOUT};
  }
}

}  // namespace

std::optional<std::string_view> ready_line(std::string_view datagram) {
  for (const auto line : split(datagram, '\n')) {
    if (line.substr(0, 6) == "READY=") return line;
  }
  return std::nullopt;
}

std::optional<ReadyProxy> ReadyProxy::to(const std::string& host) {
  if (host.empty()) return std::nullopt;
  return ReadyProxy{host};
}

void ReadyProxy::make_directory(int state) {
  sys::check("mkdir of the notify directory", [&] { return ::mkdirat(state, host_directory_name, 0755); });
  sys::check("chmod of the notify directory", [&] { return ::fchmodat(state, host_directory_name, 0755, 0); });
}

void ReadyProxy::bind(int state) {
  socket_ = datagram_socket();
  const auto path = fmt::format("/proc/self/fd/{}/{}/notify.sock", state, host_directory_name);
  const auto address = address_of(path);
  ::unlink(path.c_str());  // of a start that has failed
  sys::check("binding the notify socket",
             [&] { return ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address.name), address.size); });
  constexpr mode_t everybody = 0777;  // the container's user is not ours
  sys::check("chmod of the notify socket", [&] { return ::chmod(path.c_str(), everybody); });
}

bool ReadyProxy::receive(pid_t main_pid) {
  std::array<char, 4096> datagram;  // NOLINT: filled by recv
  const auto size = sys::attempt([&] { return ::recv(socket_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT); });
  if (size <= 0) return false;
  const auto line = ready_line({datagram.data(), static_cast<std::size_t>(size)});
  if (!line) return false;
  tell_host(*line, main_pid);
  return true;
}

void ReadyProxy::tell_host(std::string_view ready, pid_t main_pid) const {
  const auto host = datagram_socket();
  const auto address = address_of(host_);
  sys::check([&] { return fmt::format("connect to NOTIFY_SOCKET {}", host_); },
             [&] { return ::connect(host.get(), reinterpret_cast<const sockaddr*>(&address.name), address.size); });
  send_text(host, fmt::format("{}\n", ready));
  send_text(host, fmt::format("MAINPID={}\n", main_pid));
  await_barrier(host);
}

void ReadyProxy::wait_ready(pid_t main_pid, const UniqueFd& pidfd) {
  for (;;) {
    std::array<pollfd, 2> what{{{socket_.get(), POLLIN, 0}, {pidfd.get(), POLLIN, 0}}};
    sys::check("poll", [&] { return ::poll(what.data(), what.size(), -1); });
    if (what[0].revents != 0 && receive(main_pid)) return;
    if (what[0].revents == 0 && what[1].revents != 0) return;
  }
}

}  // namespace corten::notify
