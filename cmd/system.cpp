// SPDX-License-Identifier: Apache-2.0
#include "cmd/system.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <array>
#include <cstddef>

namespace corten::cmd {

Descriptor open_file(const std::string& path, int flags, mode_t mode) {
  return Descriptor{check([&] { return fmt::format("open {}", path); },
                          [&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); })};
}

std::string read_all(int fd, std::string_view name) {
  std::string text;
  std::array<char, 4096> piece;  // NOLINT: filled by read
  for (;;) {
    const auto size =
        check([&] { return fmt::format("read {}", name); }, [&] { return ::read(fd, piece.data(), piece.size()); });
    if (size == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
}

void write_all(int fd, std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const auto size =
        check([&] { return fmt::format("write {}", name); }, [&] { return ::write(fd, text.data(), text.size()); });
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

void open_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    // The lowest free number is `fd`. Not close-on-exec: it stands for what is inherited.
    check("open /dev/null", [] { return ::open("/dev/null", O_RDWR); });
  }
}

}  // namespace corten::cmd
