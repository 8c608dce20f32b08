// SPDX-License-Identifier: Apache-2.0
// The profiles of AppArmor that the kernel has.
#pragma once

#include <string>
#include <string_view>

namespace corten::security {

/// Whether a line of the kernel's list, "NAME (MODE)", is that of a profile. A name may hold blanks and parentheses. Pure.
[[nodiscard]] bool lists_profile(std::string_view line, std::string_view profile);

/// False where AppArmor is not enabled. Throws where the list cannot be read, which takes securityfs at its place, and root.
[[nodiscard]] bool apparmor_profile_loaded(const std::string& profile);

}  // namespace corten::security
