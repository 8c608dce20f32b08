// SPDX-License-Identifier: Apache-2.0
#include "sys/user_name.hpp"

#include <fcntl.h>
#include <fmt/core.h>

#include "base/text.hpp"
#include "sys/file.hpp"

namespace corten::sys {

std::string user_name(std::uint32_t uid) {
  const auto passwd = read_file_if_exists(AT_FDCWD, "/etc/passwd").value_or("");
  for (const auto line : split(passwd, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() > 2 && parse_number<std::uint32_t>(fields[2]) == uid) return std::string{fields[0]};
  }
  return fmt::format("#{}", uid);
}

}  // namespace corten::sys
