// SPDX-License-Identifier: Apache-2.0
#include "sys/descriptors.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "sys/raw_call.hpp"

namespace corten::sys {
namespace {

long address_of(const void* where) { return reinterpret_cast<long>(where); }

/// The number that a name of /proc/self/fd is; -1 for "." and "..".
int number_of(const char* name) noexcept {
  if (*name == '.') return -1;
  int number = 0;
  for (; *name != '\0'; ++name) number = number * 10 + (*name - '0');
  return number;
}

/// The record that getdents64(2) writes, as far as it is of a fixed size.
struct DirectoryEntry {
  std::uint64_t inode;
  std::int64_t offset;
  std::uint16_t length;
  std::uint8_t type;
};
constexpr std::size_t name_at = offsetof(DirectoryEntry, type) + 1;

void mark_listed(const char* entries, long size, int first) noexcept {
  for (long at = 0; at < size;) {
    const char* const entry = entries + at;
    if (const int fd = number_of(entry + name_at); fd >= first) raw_call(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
    at += reinterpret_cast<const DirectoryEntry*>(entry)->length;
  }
}

int mark_each(int first) noexcept {
  const long directory =
      raw_call(SYS_openat, AT_FDCWD, address_of("/proc/self/fd"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return static_cast<int>(-directory);
  alignas(DirectoryEntry) std::array<char, 2048> entries;  // NOLINT: filled by getdents64
  long size = 0;
  while ((size = raw_call(SYS_getdents64, directory, address_of(entries.data()), entries.size())) > 0) {
    mark_listed(entries.data(), size, first);
  }
  raw_call(SYS_close, directory);
  return static_cast<int>(-size);
}

}  // namespace

int set_cloexec_from(int first) noexcept {
  if (raw_call(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return 0;
  return mark_each(first);
}

}  // namespace corten::sys
