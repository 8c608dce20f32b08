// SPDX-License-Identifier: Apache-2.0
// What the program does: each action of its command line.
#pragma once

#include <string>

#include "shim/bootstrap/command_line.hpp"

namespace corten::shim {

/// Starts the shim of a container's group, unless there is one that answers, and returns what containerd is to be told: its
/// address, or JSON with it. `input` is what standard input says; the working directory is the bundle.
[[nodiscard]] std::string start(const CommandLine& line, const std::string& input);

/// Clears away what a shim has left that was killed: the container, its mounts, the socket. Returns the DeleteResponse.
[[nodiscard]] std::string clear(const CommandLine& line);

/// The RuntimeInfo. `input` are the options, in an Any.
[[nodiscard]] std::string info(const std::string& input);

/// Serves containerd until it asks for the end, or SIGTERM or SIGINT does.
void serve(const CommandLine& line);

/// The descriptor of the listening socket that "start" hands on.
inline constexpr int listener_number = 3;

}  // namespace corten::shim
