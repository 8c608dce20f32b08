// SPDX-License-Identifier: Apache-2.0
#include "sys/descriptors.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>

#include "base/text.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {

void set_cloexec_from(int first) {
  if (attempt([&] { return ::syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC); }) == 0) return;
  const std::unique_ptr<DIR, decltype([](DIR* directory) { ::closedir(directory); })> open{::opendir("/proc/self/fd")};
  if (!open) throw_errno("opening /proc/self/fd", errno);
  while (const auto* entry = ::readdir(open.get())) {
    if (const auto fd = parse_number<int>(entry->d_name); fd && *fd >= first) ::fcntl(*fd, F_SETFD, FD_CLOEXEC);
  }
}

}  // namespace corten::sys
