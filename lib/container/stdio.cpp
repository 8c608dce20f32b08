// SPDX-License-Identifier: Apache-2.0
#include "container/stdio.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/error.hpp"
#include "base/text.hpp"
#include "container/terminal_copy.hpp"
#include "sys/fd_passing.hpp"
#include "sys/file.hpp"
#include "sys/pidfd.hpp"
#include "sys/syscall.hpp"

namespace corten::container {
namespace {

constexpr int first_passed = 3;

/// sd_listen_fds(3): the descriptors are ours only if LISTEN_PID says so.
unsigned listen_fds() {
  const char* pid = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (pid == nullptr || count == nullptr || parse_number<pid_t>(pid) != ::getpid()) return 0;
  return parse_number<unsigned>(count).value_or(0);
}

}  // namespace

void check_passed(const StdioOptions& options) {
  const auto listen = listen_fds();
  for (unsigned i = 0; i < listen + options.preserve_fds; ++i) {
    const int flags = ::fcntl(first_passed + static_cast<int>(i), F_GETFD);
    if (flags != -1 && (flags & FD_CLOEXEC) == 0) continue;
    if (i < listen) throw_errno(fmt::format("unable to stat LISTEN_FDS descriptor {} (of {})", i, listen), EBADF);
    throw_errno(fmt::format("unable to stat preserved-fd {} (of {})", i - listen, options.preserve_fds), EBADF);
  }
}

unsigned passed_descriptors(const StdioOptions& options) { return listen_fds() + options.preserve_fds; }

Stdio::Stdio(const StdioOptions& options, bool terminal) : options_{options}, listen_fds_{listen_fds()} {
  if (options.detach && terminal && options.console_socket.empty()) {
    throw Error{"cannot allocate tty if runc will detach without setting console socket"};
  }
  if ((!options.detach || !terminal) && !options.console_socket.empty()) {
    throw Error{"cannot use console socket if runc will not detach or allocate tty"};
  }
  if (!options.console_socket.empty()) console_socket_ = sys::connect_unix(options.console_socket);
  if (!options.pidfd_socket.empty()) pidfd_socket_ = sys::connect_unix(options.pidfd_socket);
}

void Stdio::add_environment(std::vector<std::string>& env) const {
  if (listen_fds_ == 0) return;
  env.push_back(fmt::format("LISTEN_FDS={}", listen_fds_));
  env.emplace_back("LISTEN_PID=1");
}

void Stdio::take_console(process::Packet packet) {
  if (packet.fds.size() != 1) throw Error{"the container's init sent no terminal"};
  if (!console_socket_.valid()) {
    master_ = std::move(packet.fds.front());
    leave_newlines_alone(master_.get());
    copy_window_size(HostConsole{}.fd(), master_.get());  // now: later it would be a change, and a SIGWINCH
    return;
  }
  with_context("sending the terminal to the console socket",
               [&] { sys::send_with_fds(console_socket_.get(), packet.payload, {packet.fds.front().get()}); });
  console_socket_.reset();
}

void Stdio::send_pidfd(pid_t pid, std::string_view kind) {
  if (!pidfd_socket_.valid()) return;
  const auto pidfd = sys::open_pidfd(pid);
  if (!pidfd) throw Error{"the process ended before its pidfd could be sent"};
  with_context("failed to send pidfd on socket",
               [&] { sys::send_with_fds(pidfd_socket_.get(), kind, {pidfd->get()}); });
  pidfd_socket_.reset();
}

void Stdio::write_pid_file(pid_t pid) const {
  if (options_.pid_file.empty()) return;
  with_context("writing the pid file",
               [&] { sys::replace_file(AT_FDCWD, options_.pid_file, std::to_string(pid), 0666); });
}

}  // namespace corten::container
