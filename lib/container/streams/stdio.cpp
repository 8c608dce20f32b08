// SPDX-License-Identifier: Apache-2.0
#include "container/streams/stdio.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/fd_passing.hpp"
#include "sys/file.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

bool is_inherited(int fd) {
  const int flags = ::fcntl(fd, F_GETFD);
  return flags != -1 && (flags & FD_CLOEXEC) == 0;
}

/// The span of numbers from the first one to the last inherited descriptor.
std::uint64_t inherited_span() {
  const auto list = sys::open_at(AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY);
  int end = process::PassedFds::first;
  for (const auto& name : sys::names_in(list.get(), "/proc/self/fd")) {
    const auto fd = parse_number<int>(name);
    if (fd && is_inherited(*fd)) end = std::max(end, *fd + 1);
  }
  return static_cast<std::uint64_t>(end - process::PassedFds::first);
}

/// The size of the caller's terminal: the first of its standard streams that is one, in runc's order, else /dev/tty.
winsize own_window() {
  winsize size{};
  for (const int fd : {STDERR_FILENO, STDOUT_FILENO, STDIN_FILENO}) {
    if (::ioctl(fd, TIOCGWINSZ, &size) == 0) return size;
  }
  ::ioctl(sys::open_at(AT_FDCWD, "/dev/tty", O_RDWR).get(), TIOCGWINSZ, &size);
  return size;
}

/// Clears ONLCR: the caller's own terminal, or who else shows the output, translates newlines. Before the container writes.
void leave_newlines_alone(int master) {
  termios mode{};
  if (::tcgetattr(master, &mode) != 0) return;
  mode.c_oflag &= ~static_cast<tcflag_t>(ONLCR);
  ::tcsetattr(master, TCSANOW, &mode);
}

}  // namespace

process::PassedFds find_passed(const StdioOptions& options) {
  const auto listen = options.listen_fds;
  process::PassedFds passed;
  for (; passed.count < listen; ++passed.count) {
    if (is_inherited(passed.end())) continue;
    throw_errno(fmt::format("unable to stat LISTEN_FDS descriptor {} (of {})", passed.count, listen), EBADF);
  }
  auto last = std::uint64_t{listen} + options.preserve_fds;
  for (; passed.count < last; ++passed.count) {
    if (is_inherited(passed.end())) continue;
    if (passed.absent.empty()) last = std::min(last, inherited_span());  // which may be far fewer
    if (passed.count >= last) break;                                     // the next number is ours to use
    passed.absent.push_back(passed.end());
  }
  return passed;
}

void add_listen_fds(std::vector<std::string>& env, const StdioOptions& options) {
  if (options.listen_fds == 0) return;
  env.push_back(fmt::format("LISTEN_FDS={}", options.listen_fds));
  env.emplace_back("LISTEN_PID=1");
}

Stdio::Stdio(const StdioOptions& options, bool terminal, const std::string& pidfd_receiver) : options_{options} {
  if (options.detach && terminal && options.console_socket.empty()) {
    throw Error{"cannot allocate tty if runc will detach without setting console socket"};
  }
  if ((!options.detach || !terminal) && !options.console_socket.empty()) {
    throw Error{"cannot use console socket if runc will not detach or allocate tty"};
  }
  if (terminal && options.caller_terminal_size && options.console_socket.empty()) window_ = own_window();
  if (!options.console_socket.empty()) console_socket_ = sys::connect_unix(options.console_socket);
  for (const auto* socket : {&options.pidfd_socket, &pidfd_receiver}) {
    if (!socket->empty()) pidfd_sockets_.push_back(sys::connect_unix(*socket));
  }
}

void Stdio::take_console(process::Packet packet) {
  if (packet.fds.size() != 1) throw Error{"the container's init sent no terminal"};
  if (!console_socket_.valid()) {
    master_ = std::move(packet.fds.front());
    if (window_) ::ioctl(master_.get(), TIOCSWINSZ, &*window_);  // now: later it would be a change, and a SIGWINCH
    leave_newlines_alone(master_.get());
    return;
  }
  with_context("sending the terminal to the console socket",
               [&] { sys::send_with_fds(console_socket_.get(), packet.payload, {packet.fds.front().get()}); });
  console_socket_.reset();
}

void Stdio::send_pidfd(pid_t pid, std::string_view kind) {
  if (pidfd_sockets_.empty()) return;
  const auto pidfd = sys::open_pidfd(pid);
  if (!pidfd) throw Error{"the process ended before its pidfd could be sent"};
  with_context("failed to send pidfd on socket", [&] {
    for (const auto& socket : pidfd_sockets_) sys::send_with_fds(socket.get(), kind, {pidfd->get()});
  });
  pidfd_sockets_.clear();
}

void Stdio::write_pid_file(pid_t pid) const {
  if (options_.pid_file.empty()) return;
  with_context("writing the pid file",
               [&] { sys::replace_file(AT_FDCWD, options_.pid_file, std::to_string(pid), 0666); });
}

}  // namespace corten::container
