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
  auto rest = text.substr(name_end + 2);
  const char state = rest[0];
  if (rest.find(' ') != 1) return std::nullopt;
  std::optional<long> threads;
  // proc(5) counts from 1: the state is 3, num_threads 20, the start time 22.
  for (int field = 3; field < 22; ++field) {
    if (field == 20) threads = parse_number<long>(rest.substr(0, rest.find(' ')));
    const auto blank = rest.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(blank + 1);
  }
  const auto start_time = parse_number<std::uint64_t>(rest.substr(0, rest.find(' ')));
  if (!start_time || !threads) return std::nullopt;
  return ProcessStat{state, *start_time, *threads};
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
