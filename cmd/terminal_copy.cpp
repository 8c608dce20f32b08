// SPDX-License-Identifier: Apache-2.0
#include "cmd/terminal_copy.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <string_view>

namespace corten::cmd {
namespace {

constexpr std::size_t piece_size = 16384;

void set_nonblocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

}  // namespace

void copy_window_size(int from, int to) {
  winsize size{};
  if (::ioctl(from, TIOCGWINSZ, &size) == 0) ::ioctl(to, TIOCSWINSZ, &size);
}

HostConsole::HostConsole() {
  for (const int fd : {STDERR_FILENO, STDOUT_FILENO, STDIN_FILENO}) {  // runc's order
    if (::isatty(fd) == 0) continue;
    fd_ = fd;
    return;
  }
  opened_ = open_file("/dev/tty", O_RDWR);
  fd_ = opened_.get();
}

TerminalCopy::TerminalCopy(int console, int input, int output, int master)
    : console_{console}, input_{input}, output_{output}, master_{master} {
  set_nonblocking(master);  // our own descriptor: the caller's standard streams keep their mode
  raw_ = ::tcgetattr(console_, &old_) == 0;
  if (raw_) {
    termios wanted = old_;
    ::cfmakeraw(&wanted);
    wanted.c_oflag |= OPOST;  // newlines are turned here: the library has the container's terminal leave them alone
    ::tcsetattr(console_, TCSANOW, &wanted);
  }
}

TerminalCopy::~TerminalCopy() {
  if (raw_) ::tcsetattr(console_, TCSANOW, &old_);
}

/// False once there is nothing to read now, or ever: EIO says that no process has the other side open.
bool TerminalCopy::read_master() {
  std::array<char, piece_size> piece;  // NOLINT: filled by read
  const auto size = attempt([&] { return ::read(master_, piece.data(), piece.size()); });
  if (size == -EAGAIN) return false;
  if (size <= 0) {
    master_open_ = false;
    return false;
  }
  write_all(output_, {piece.data(), static_cast<std::size_t>(size)}, "standard output");
  return true;
}

void TerminalCopy::flush_input() {
  const auto size = attempt([&] { return ::write(master_, pending_.data(), pending_.size()); });
  if (size > 0) pending_.erase(0, static_cast<std::size_t>(size));
  if (size < 0 && size != -EAGAIN) pending_.clear();
}

void TerminalCopy::prepare(pollfd& container, pollfd& own) const {
  // A closed side is left out, so that its end does not make us spin; a negative descriptor is skipped by poll(2).
  container = {master_open_ ? master_ : -1, static_cast<short>(POLLIN | (pending_.empty() ? 0 : POLLOUT)), 0};
  own = {input_open_ && pending_.size() < piece_size ? input_ : -1, POLLIN, 0};
}

void TerminalCopy::copy(const pollfd& container, const pollfd& own) {
  if ((container.revents & (POLLIN | POLLHUP | POLLERR)) != 0) read_master();
  if ((container.revents & POLLOUT) != 0) flush_input();
  if (own.revents != 0) {
    std::array<char, piece_size> piece;  // NOLINT: filled by read
    const auto size = attempt([&] { return ::read(input_, piece.data(), piece.size()); });
    if (size > 0) pending_.append(piece.data(), static_cast<std::size_t>(size));
    if (size == 0 || (size < 0 && size != -EAGAIN)) input_open_ = false;
    if (!pending_.empty()) flush_input();
  }
}

void TerminalCopy::drain() {
  while (read_master()) {
  }
}

}  // namespace corten::cmd
