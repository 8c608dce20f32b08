// SPDX-License-Identifier: Apache-2.0
#include "container/interfaces.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sys/file.hpp"

namespace corten::container {
namespace {

/// The numbers of a line, of which there are sixteen; nothing where one is none.
std::optional<std::array<std::uint64_t, 16>> numbers_of(std::string_view text) {
  std::array<std::uint64_t, 16> numbers{};
  std::size_t count = 0;
  for (const auto word : split(text, ' ')) {
    if (word.empty()) continue;
    const auto number = parse_number<std::uint64_t>(word);
    if (!number || count == numbers.size()) return std::nullopt;
    numbers[count++] = *number;
  }
  if (count != numbers.size()) return std::nullopt;
  return numbers;
}

}  // namespace

std::vector<resources::InterfaceUsage> parse_interfaces(std::string_view text) {
  std::vector<resources::InterfaceUsage> interfaces;
  for (const auto line : split(text, '\n')) {
    const auto colon = line.rfind(':');  // an alias has one in its name
    if (colon == std::string_view::npos) continue;
    const auto numbers = numbers_of(line.substr(colon + 1));
    if (!numbers) continue;
    auto& one = interfaces.emplace_back();
    one.name = trim(line.substr(0, colon));
    // bytes packets errs drop fifo frame compressed multicast, then bytes packets errs drop fifo colls carrier compressed
    const auto& column = *numbers;
    one.received_bytes = column[0];
    one.received_packets = column[1];
    one.receive_errors = column[2];
    one.receive_dropped = column[3];
    one.sent_bytes = column[8];
    one.sent_packets = column[9];
    one.send_errors = column[10];
    one.send_dropped = column[11];
  }
  return interfaces;
}

std::optional<std::vector<resources::InterfaceUsage>> read_interfaces(pid_t process) {
  if (process <= 0) return std::nullopt;
  try {
    const auto text = sys::read_file_if_exists(AT_FDCWD, fmt::format("/proc/{}/net/dev", process));
    if (!text) return std::nullopt;
    return parse_interfaces(*text);
  } catch (const Error& error) {
    if (error.code() == ESRCH || error.code() == EINVAL) return std::nullopt;  // it has ended meanwhile
    throw;
  }
}

}  // namespace corten::container
