// SPDX-License-Identifier: Apache-2.0
// What a caller wants of a process that joins a container: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace corten::config {

/// Changes to the container's own process. Empty texts and lists, and what is not set, change nothing; `args` and `terminal`
/// are the new process's in any case.
struct ProcessChanges {
  std::vector<std::string> args;
  bool terminal = false;
  std::string cwd;
  std::vector<std::string> env;  // NAME=VALUE
  std::string user;              // "UID" or "UID:GID"
  std::vector<std::uint32_t> additional_gids;
  std::string selinux_label, apparmor_profile;
  std::optional<bool> no_new_privileges;
  std::vector<std::string> capabilities;  // "CAP_CHOWN"
};

}  // namespace corten::config
