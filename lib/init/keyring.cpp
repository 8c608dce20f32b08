// SPDX-License-Identifier: Apache-2.0
#include "init/keyring.hpp"

#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "base/text.hpp"
#include "sys/syscall.hpp"

namespace corten::init {

namespace {

constexpr std::uint32_t user_may_search = 0x00080000;    // KEY_USR_SEARCH
constexpr std::uint32_t others_may_search = 0x00000008;  // KEY_OTH_SEARCH

/// The permission bits in "keyring;UID;GID;PERMISSIONS;NAME".
std::uint32_t permissions_of(long keyring) {
  std::array<char, 512> text{};
  const auto size = sys::check("describing the session keyring", [&] {
    return ::syscall(SYS_keyctl, KEYCTL_DESCRIBE, keyring, text.data(), text.size());
  });
  const auto fields = split({text.data(), static_cast<std::size_t>(size) - 1}, ';');
  const auto bits = fields.size() > 3 ? parse_number<std::uint32_t>(fields[3], 16) : std::nullopt;
  if (!bits) throw Error{"describing the session keyring: the kernel's answer has no permissions"};
  return *bits;
}

}  // namespace

void join_session_keyring(const std::string& name, Searchable searchable) {
  const auto keyring = sys::attempt([&] { return ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name.c_str()); });
  if (keyring == -ENOSYS) return;
  if (keyring < 0) throw_errno("unable to join session keyring: create session key", static_cast<int>(-keyring));
  if (searchable == Searchable::as_it_is) return;
  const auto permissions =
      permissions_of(keyring) | (searchable == Searchable::by_others ? others_may_search : user_may_search);
  sys::check("unable to set the session keyring's permissions",
             [&] { return ::syscall(SYS_keyctl, KEYCTL_SETPERM, keyring, permissions); });
}

}  // namespace corten::init
