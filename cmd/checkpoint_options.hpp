// SPDX-License-Identifier: Apache-2.0
// What checkpoint and restore have in common: options for CRIU, some of them texts that must be taken apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <corten/options.hpp>

#include "cmd/arguments.hpp"

namespace corten::cmd {

struct CheckpointTexts {
  Images images;
  std::string cgroup_mode, page_server;
  std::optional<std::int64_t> status_fd;
  std::vector<std::string> empty_namespaces;
};

/// The options that both commands take.
[[nodiscard]] std::vector<Option> shared_checkpoint_options(CheckpointTexts& texts);

/// The values, with absolute paths. Throws Error with runc's texts.
[[nodiscard]] Images parse_checkpoint(const CheckpointTexts& texts);

/// "ADDRESS:PORT", where an address with colons is in brackets.
[[nodiscard]] PageServer parse_page_server(std::string_view text);

/// Warns a caller that is not root on the host: rootless checkpoints are untested.
void warn_if_rootless(std::string_view program, std::string_view command);

}  // namespace corten::cmd
