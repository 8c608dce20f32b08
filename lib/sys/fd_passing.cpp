// SPDX-License-Identifier: Apache-2.0
#include "sys/fd_passing.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "sys/file.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {

void send_with_fds(int socket, std::string_view payload, const std::vector<int>& fds) {
  iovec data{const_cast<char*>(payload.data()), payload.size()};  // NOLINT: sendmsg does not write
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  const auto size = fds.size() * sizeof(int);
  std::vector<char> control(fds.empty() ? 0 : CMSG_SPACE(size));
  if (!fds.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(header), fds.data(), size);
  }
  auto sent = check("sendmsg", [&] { return ::sendmsg(socket, &message, MSG_NOSIGNAL); });
  // Less than all is sent where the other end goes away meanwhile, which must be an error and no end by SIGPIPE.
  for (;;) {
    payload.remove_prefix(static_cast<std::size_t>(sent));
    if (payload.empty()) return;
    sent = check("send", [&] { return ::send(socket, payload.data(), payload.size(), MSG_NOSIGNAL); });
  }
}

std::size_t receive_with_fds(int socket, char* buffer, std::size_t buffer_size, std::vector<UniqueFd>& fds) {
  iovec data{buffer, buffer_size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(max_passed_fds * sizeof(int))> control;  // NOLINT: filled by recvmsg
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const auto size = check("recvmsg", [&] { return ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC); });
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const auto count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      fds.emplace_back(fd);
    }
  }
  if ((message.msg_flags & MSG_CTRUNC) != 0)
    throw Error{"recvmsg: descriptors were lost (is the limit of open files reached?)"};
  return static_cast<std::size_t>(size);
}

UniqueFd connect_unix(const std::string& path) {
  UniqueFd socket{check("socket", [] { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); })};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socklen_t size = sizeof address;
  UniqueFd target;
  std::string name = path;
  if (path.starts_with('@') && path.size() <= sizeof address.sun_path) {
    name[0] = '\0';
    size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());  // every byte of it counts
  } else if (name.size() >= sizeof address.sun_path) {
    target = open_at(AT_FDCWD, path, O_PATH);
    name = fmt::format("/proc/self/fd/{}", target.get());
  }
  std::copy(name.begin(), name.end(), address.sun_path);
  check([&] { return fmt::format("connect to {}", path); },
        [&] { return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size); });
  return socket;
}

}  // namespace corten::sys
