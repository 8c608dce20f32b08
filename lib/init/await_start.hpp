// SPDX-License-Identifier: Apache-2.0
// The init of a created container waits for `start` on its start socket (process/start_socket).
#pragma once

#include "base/unique_fd.hpp"
#include "process/channel.hpp"

namespace corten::init {

/// Waits for a connection that sends `start`, and returns it. Connections that end without a message are passed over, and
/// those whose other end is gone: that `start` gave up, or was killed.
[[nodiscard]] process::Channel await_start(const UniqueFd& listener);

}  // namespace corten::init
