// SPDX-License-Identifier: Apache-2.0
#include "network/socket_in.hpp"

#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "sys/fd_passing.hpp"
#include "sys/syscall.hpp"

namespace corten::network {
namespace {

/// What the child says: which step failed and why, or all zeros with the socket.
struct Answer {
  int setns_error = 0, socket_error = 0;
};

/// The child has its parent's frames, whose guards would undo the parent's work: nothing leaves here.
[[noreturn]] void make_socket(int answer_to, int network_namespace, int domain, int type, int protocol) noexcept {
  Answer answer;
  UniqueFd made;
  if (::setns(network_namespace, CLONE_NEWNET) != 0) {
    answer.setns_error = errno;
  } else {
    made = UniqueFd{::socket(domain, type | SOCK_CLOEXEC, protocol)};
    if (!made.valid()) answer.socket_error = errno;
  }
  try {
    const std::string_view bytes{reinterpret_cast<const char*>(&answer), sizeof answer};
    sys::send_with_fds(answer_to, bytes, made.valid() ? std::vector<int>{made.get()} : std::vector<int>{});
  } catch (...) {
    ::_exit(1);
  }
  ::_exit(0);
}

}  // namespace

UniqueFd socket_in(int network_namespace, int domain, int type, int protocol) {
  std::array<int, 2> ends{};
  sys::check("socketpair", [&] { return ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()); });
  const UniqueFd ours{ends[0]};
  UniqueFd theirs{ends[1]};
  const pid_t child = sys::check("fork", [] { return ::fork(); });
  if (child == 0) make_socket(theirs.get(), network_namespace, domain, type, protocol);
  theirs.reset();
  Answer answer;
  std::vector<UniqueFd> fds;
  const auto size = sys::receive_with_fds(ours.get(), reinterpret_cast<char*>(&answer), sizeof answer, fds);
  sys::attempt([&] { return ::waitpid(child, nullptr, 0); });
  if (answer.setns_error != 0) throw_errno("joining the container's network namespace", answer.setns_error);
  if (answer.socket_error != 0) throw_errno("socket in the container's network namespace", answer.socket_error);
  if (size != sizeof answer || fds.size() != 1) {
    throw Error{"no socket in the container's network namespace: the process that was to make it has ended"};
  }
  return std::move(fds.front());
}

}  // namespace corten::network
