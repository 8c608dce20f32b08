// SPDX-License-Identifier: Apache-2.0
// The error of a failed mount: operation, arguments, errno.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace corten::rootfs {

/// "MS_RDONLY|MS_NOSUID"; bits without a name in hexadecimal.
[[nodiscard]] std::string flag_names(std::uint64_t flags);

struct MountCall {
  std::string_view operation = "mount";
  std::string_view source, target;
  std::uint64_t flags = 0;
  std::string_view data;
  std::string_view why = {};  // what the file system says of it
};

/// "mount src=SOURCE, dst=TARGET, flags=MS_BIND: errno", as in runc, and " (why)" behind it.
[[noreturn]] void throw_mount_error(const MountCall& call, int error);

}  // namespace corten::rootfs
