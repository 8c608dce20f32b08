// SPDX-License-Identifier: Apache-2.0
// A thread joins session keyrings, and changes the permissions of one.
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include <corten/keys.hpp>

#include "expect.hpp"

namespace {

namespace keys = corten::keys;

/// "keyring;UID;GID;PERMISSIONS;NAME"
std::string description(std::int32_t key) {
  std::array<char, 512> text{};
  ::syscall(SYS_keyctl, KEYCTL_DESCRIBE, key, text.data(), text.size());
  return text.data();
}

}  // namespace

int main() {
  try {
    const auto named = keys::join_session("corten-keys-test");
    EXPECT(named > 0 && description(named).ends_with(";corten-keys-test"));
    EXPECT(::syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0) == named);
    keys::change_permissions(named, 0xffffffff, 0x00080000);
    EXPECT(description(named).find(";3f1b0000;") != std::string::npos);
    keys::change_permissions(named, 0xff000000, 0x00010000);
    EXPECT(description(named).find(";3f010000;") != std::string::npos);
    const auto other = keys::join_session("");
    EXPECT(other > 0 && other != named);
    EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "describing key 1", keys::change_permissions(1, 0, 0)) != 0);
    EXPECT(EXPECT_ERROR(CORTEN_SYSTEM, "joining the session keyring", keys::join_session(std::string(5000, 'x'))) ==
           EINVAL);
  } catch (const corten::Error& error) {
    failed("keys", error.what());
  }
  return failures == 0 ? 0 : 1;
}
