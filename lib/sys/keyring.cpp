// SPDX-License-Identifier: Apache-2.0
#include "sys/keyring.hpp"

#include <fmt/core.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "base/text.hpp"
#include "sys/syscall.hpp"

namespace corten::sys {
namespace {

/// The permission bits in "TYPE;UID;GID;PERMISSIONS;NAME". A text that is longer than the buffer is not copied at all; a name has
/// up to 4096 bytes.
std::uint32_t permissions_of(long key) {
  std::array<char, 8192> text;  // NOLINT: filled by the kernel
  const auto size = check([&] { return fmt::format("describing key {}", key); },
                          [&] { return ::syscall(SYS_keyctl, KEYCTL_DESCRIBE, key, text.data(), text.size()); });
  const auto length = static_cast<std::size_t>(size);
  const auto fields = split({text.data(), length <= text.size() ? length : 0}, ';');
  const auto bits = fields.size() > 3 ? parse_number<std::uint32_t>(fields[3], 16) : std::nullopt;
  if (!bits) throw Error{fmt::format("describing key {}: the kernel's answer has no permissions", key)};
  return *bits;
}

}  // namespace

long join_session_keyring(const char* name) {
  return attempt([&] { return ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name); });
}

void change_key_permissions(long key, std::uint32_t mask, std::uint32_t bits) {
  const auto permissions = (permissions_of(key) & mask) | bits;
  check([&] { return fmt::format("setting the permissions of key {}", key); },
        [&] { return ::syscall(SYS_keyctl, KEYCTL_SETPERM, key, permissions); });
}

}  // namespace corten::sys
