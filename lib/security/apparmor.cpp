// SPDX-License-Identifier: Apache-2.0
#include "security/apparmor.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "security/labels.hpp"
#include "sys/file.hpp"

namespace corten::security {

bool lists_profile(std::string_view line, std::string_view profile) {
  const auto mode = line.rfind(" (");
  return mode != std::string_view::npos && line.ends_with(')') && line.substr(0, mode) == profile;
}

bool apparmor_profile_loaded(const std::string& profile) {
  if (!apparmor_enabled()) return false;
  const auto list = sys::read_file("/sys/kernel/security/apparmor/profiles");
  const auto lines = split(list, '\n');
  return std::ranges::any_of(lines, [&](auto line) { return lists_profile(line, profile); });
}

}  // namespace corten::security
