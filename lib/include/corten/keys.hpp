// SPDX-License-Identifier: Apache-2.0
// Keyrings of the kernel: keyrings(7).
#pragma once

#include <corten.h>

#include <cstdint>
#include <string>

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {
namespace keys {

/// The calling thread joins the session keyring called `name`, a new one where there is none, or where the name is empty.
/// Returns its serial number.
inline std::int32_t join_session(const std::string& name) {
  std::int32_t serial = 0;
  detail::call(&corten_keys_join_session, detail::text_or_null(name), &serial);
  return serial;
}

/// The permissions of a key or keyring become (permissions & mask) | bits, as KEYCTL_SETPERM has them.
inline void change_permissions(std::int32_t serial, std::uint32_t mask, std::uint32_t bits) {
  detail::call(&corten_keys_change_permissions, serial, mask, bits);
}

}  // namespace keys
}  // namespace v0
}  // namespace corten
