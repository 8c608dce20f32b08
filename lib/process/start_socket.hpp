// SPDX-License-Identifier: Apache-2.0
// The socket in the state directory of a created container, on which its init waits for `start` (init/await_start). `start`
// connects, sends the message, and receives over the same connection whether the process has been executed, or why not.
// An open socket is also what tells "created" from "running".
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/unique_fd.hpp"
#include "process/channel.hpp"

namespace corten::process {

/// The name of the start socket in a container's state directory.
inline constexpr const char* start_socket_name = "start.sock";

/// A listening socket at `name` in `directory`.
[[nodiscard]] UniqueFd listen_for_start(int directory, const char* name);

/// Whether an init listens there, which is so until it is started. Init may be stopped or frozen.
[[nodiscard]] bool waits_for_start(int directory, const char* name);

/// A connection to the waiting init, which may accept it later; closed where none listens (not created, started, or dead).
/// Nothing where the queue of connections has been full for `patience`.
[[nodiscard]] std::optional<Channel> connect_to_start(int directory, const char* name,
                                                      std::chrono::milliseconds patience);

/// Whether init has read what was sent to it over `connection`.
[[nodiscard]] bool has_read(const Channel& connection);

}  // namespace corten::process
