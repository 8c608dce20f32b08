// SPDX-License-Identifier: Apache-2.0
#include "init/terminal.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "sys/syscall.hpp"

namespace corten::init {

using namespace process;

Terminal open_terminal(UniqueFd ptmx, const std::optional<TerminalSize>& size) {
  int number = 0;
  int locked = 0;
  sys::check("asking for the terminal's number", [&] { return ::ioctl(ptmx.get(), TIOCGPTN, &number); });
  sys::check("unlocking the terminal", [&] { return ::ioctl(ptmx.get(), TIOCSPTLCK, &locked); });
  UniqueFd slave{sys::check("opening the terminal's other side",
                            [&] { return ::ioctl(ptmx.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC); })};
  if (size) {
    winsize window{};
    window.ws_row = size->rows;
    window.ws_col = size->columns;
    sys::check("setting the terminal's size", [&] { return ::ioctl(ptmx.get(), TIOCSWINSZ, &window); });
  }
  return {std::move(ptmx), std::move(slave), fmt::format("/dev/pts/{}", number)};
}

void take_terminal(const UniqueFd& slave) {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    sys::check("dup2 of the terminal", [&] { return ::dup2(slave.get(), fd); });
  }
  sys::check("ioctl(setctty)", [] { return ::ioctl(STDIN_FILENO, TIOCSCTTY, 0); });
}

}  // namespace corten::init
