// SPDX-License-Identifier: Apache-2.0
// How a created container waits for `start`: its init listens on a socket in the state directory. `start` connects, says
// so, and hears over the same connection whether the container's process has been executed or why it could not be.
// That somebody listens is also how anyone can tell "created" from "running".
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

/// Init's side: waits for a connection that says `start`, and returns it. Passed over are those that end without a word, and
/// those whose other end has gone: a `start` that has given up, or was killed.
[[nodiscard]] Channel await_start(const UniqueFd& listener);

/// Does somebody listen there? Only an init that still waits does. Init need not be up to anything for that: it may be
/// stopped or frozen.
[[nodiscard]] bool waits_for_start(int directory, const char* name);

/// The side of `start`: a connection to the waiting init; closed where nobody listens (not created, started, or dead). Init
/// may accept it later. Nothing where for `patience` so many others wait for that that there is no place.
[[nodiscard]] std::optional<Channel> connect_to_start(int directory, const char* name,
                                                      std::chrono::milliseconds patience);

/// Has init read what was sent to it over `connection`?
[[nodiscard]] bool has_read(const Channel& connection);

}  // namespace corten::process
