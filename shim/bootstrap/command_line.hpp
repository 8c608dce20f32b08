// SPDX-License-Identifier: Apache-2.0
// The command line of a shim, as containerd writes it: Go's flags, then an action.
#pragma once

#include <span>
#include <string>

namespace corten::shim {

struct CommandLine {
  std::string name_space, id, address, publish_binary, socket, bundle;
  bool debug = false, version = false, info = false;
  std::string action;  // "start", "delete"; empty: serve
};

/// `words` are those after the program's name. A flag has one dash or two, and its value behind it or after "=". Throws Failure.
[[nodiscard]] CommandLine parse_command_line(std::span<const char* const> words);

}  // namespace corten::shim
