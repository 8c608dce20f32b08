// SPDX-License-Identifier: Apache-2.0
// The texts that --help and --version print, laid out as runc's are.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cmd/arguments.hpp"
#include "cmd/command.hpp"

namespace corten::cmd {

/// The help of one command.
[[nodiscard]] std::string command_help(std::string_view program, const Command& command,
                                       std::span<const Option> options);

/// A line of it.
[[nodiscard]] std::string command_usage(std::string_view program, const Command& command);
[[nodiscard]] std::string program_usage(std::string_view program);

/// The help of the program itself: what it is, its commands and the global options.
[[nodiscard]] std::string program_help(std::string_view program, std::span<const Command* const> all,
                                       std::span<const Option> options);

/// What --version prints: lines that callers find by how they start; as crun, also where its state is and what it was built with.
[[nodiscard]] std::string version_text(const Global& global);

/// The complaint about a command that does not exist.
[[nodiscard]] std::string no_topic(std::string_view program, std::string_view name);

}  // namespace corten::cmd
