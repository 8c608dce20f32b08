// SPDX-License-Identifier: Apache-2.0
// AppArmor: whether it is there, and which profiles.
#pragma once

#include <corten.h>

#include <string>

#include <corten/corten.hpp>

namespace corten {
inline namespace v0 {
namespace apparmor {

/// Whether the kernel has it, and has it enabled.
[[nodiscard]] inline bool enabled() { return corten_apparmor_enabled() != 0; }

/// Whether a profile is loaded; false without AppArmor. Takes root, and securityfs at /sys/kernel/security.
[[nodiscard]] inline bool loaded(const std::string& profile) {
  return detail::call(&corten_apparmor_loaded, profile.c_str()) != 0;
}

}  // namespace apparmor
}  // namespace v0
}  // namespace corten
