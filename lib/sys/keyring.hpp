// SPDX-License-Identifier: Apache-2.0
// Keyrings of the kernel: keyctl(2).
#pragma once

#include <cstdint>

namespace corten::sys {

/// The calling thread joins the session keyring called `name`, a new one where there is none; without a name always a new one.
/// Returns its serial number, or -errno (ENOSYS: the kernel has no keyrings).
[[nodiscard]] long join_session_keyring(const char* name);

/// The permissions of a key or keyring become those of them that are in `mask`, and `bits`. Throws Error.
void change_key_permissions(long key, std::uint32_t mask, std::uint32_t bits);

}  // namespace corten::sys
