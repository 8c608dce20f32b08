// SPDX-License-Identifier: Apache-2.0
// What `spec` can be asked for. The command itself writes runc's example; corten-tools writes one with wishes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/arguments.hpp"

namespace corten::cmd {

struct SpecOptions {
  std::string bundle;
  bool rootless = false;

  std::vector<std::string> args, cap_add, cap_drop, env, mounts;
  std::string cpus, cwd, memory, rootfs, seccomp, user;
  std::optional<bool> tty;
  bool writable = false;

  /// Whether anything is asked for that runc's example has not.
  [[nodiscard]] bool any_wish() const;
};

inline constexpr std::string_view spec_file = "config.json";

[[nodiscard]] std::vector<Option> spec_options(SpecOptions& options);

/// Writes the text of a config.json into `directory` (empty: the current one), where none may be.
void write_spec(const std::string& directory, std::string_view text);

}  // namespace corten::cmd
