// SPDX-License-Identifier: Apache-2.0
#include "sys/lines.hpp"

#include <unistd.h>

#include <array>
#include <string>

#include "sys/syscall.hpp"

namespace corten::sys {

void read_lines(int fd, const LineLimits& limits, const std::function<bool(std::string_view)>& use) {
  std::string line;
  bool too_long = false;
  const auto append = [&](std::string_view text) {
    too_long = too_long || line.size() + text.size() > limits.line;
    if (too_long) {
      line.clear();
    } else {
      line.append(text);
    }
  };
  std::array<char, 4096> piece;  // NOLINT: filled by read
  for (std::size_t total = 0; total < limits.file;) {
    const auto size = attempt([&] { return ::read(fd, piece.data(), piece.size()); });
    if (size <= 0) {
      if (!too_long && !line.empty()) use(line);
      return;
    }
    std::string_view rest{piece.data(), static_cast<std::size_t>(size)};
    total += rest.size();
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      append(rest.substr(0, end));
      if (!too_long && !use(line)) return;
      line.clear();
      too_long = false;
      rest.remove_prefix(end + 1);
    }
    append(rest);
  }
}

}  // namespace corten::sys
