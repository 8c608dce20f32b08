// SPDX-License-Identifier: Apache-2.0
#include "sys/process_stat.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= text.size()) return std::nullopt;
  const auto fields = split(text.substr(name_end + 2), ' ');
  constexpr std::size_t start_time_field = 22 - 3;  // proc(5) counts from 1, and the state is field 3
  if (fields.size() <= start_time_field || fields[0].size() != 1) return std::nullopt;
  const auto start_time = parse_number<std::uint64_t>(fields[start_time_field]);
  if (!start_time) return std::nullopt;
  return ProcessStat{fields[0][0], *start_time};
}

std::optional<ProcessStat> read_process_stat(pid_t pid) {
  const auto path = fmt::format("/proc/{}/stat", pid);
  const int fd = attempt([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
  if (fd == -ENOENT) return std::nullopt;
  if (fd < 0) throw_errno(fmt::format("open {}", path), -fd);
  const UniqueFd owner{fd};
  std::array<char, 1024> text;  // NOLINT: filled by read
  const auto size = attempt([&] { return ::read(fd, text.data(), text.size()); });
  if (size <= 0) return std::nullopt;  // ESRCH: it ended between open and read
  return parse_process_stat({text.data(), static_cast<std::size_t>(size)});
}

}  // namespace corten::sys
