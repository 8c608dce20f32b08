// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "abi/guard.hpp"
#include "base/text.hpp"
#include "sys/keyring.hpp"

using namespace corten;

corten_code corten_keys_join_session(const char* name, int32_t* serial, corten_error** error) {
  return abi::attempted(error, [&] {
    const auto keyring = sys::join_session_keyring(name);
    if (keyring < 0) {
      throw_errno(fmt::format("joining the session keyring {}", quote(abi::text_of(name))), static_cast<int>(-keyring));
    }
    if (serial != nullptr) *serial = static_cast<int32_t>(keyring);
  });
}

corten_code corten_keys_change_permissions(int32_t serial, uint32_t mask, uint32_t bits, corten_error** error) {
  return abi::attempted(error, [&] { sys::change_key_permissions(serial, mask, bits); });
}
