// SPDX-License-Identifier: Apache-2.0
// The process that `exec` runs: the one of the container's config.json, as the options change it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "spec/config.hpp"

namespace corten::cmd {

/// The options of `exec` that change the process; an empty text changes nothing.
struct ProcessChanges {
  std::vector<std::string> args = {};
  std::string cwd = {};
  std::vector<std::string> env = {};
  bool tty = false;
  std::string user = {};  // UID[:GID]
  std::vector<std::int64_t> additional_gids = {};
  std::string selinux_label = {};
  std::string apparmor_profile = {};
  std::optional<bool> no_new_privileges = {};
  std::vector<std::string> capabilities = {};
};

/// `process` with the changes applied. Throws on ids that are no numbers.
[[nodiscard]] spec::Process apply_changes(spec::Process process, const ProcessChanges& changes);

}  // namespace corten::cmd
