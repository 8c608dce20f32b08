// SPDX-License-Identifier: Apache-2.0
// What the environment tells the command. The library asks for it by its settings.
#pragma once

#include <string>
#include <string_view>

#include <corten/corten.hpp>

namespace corten::cmd {

/// The state directory that runc uses: /run/<program>, or $XDG_RUNTIME_DIR/<program> where the caller is no real root.
[[nodiscard]] std::string default_root(std::string_view program);

/// As default_root(), with $NOTIFY_SOCKET and $XDG_RUNTIME_DIR.
[[nodiscard]] Runtime::Options settings_of_environment(std::string_view program);

/// $LISTEN_FDS, where $LISTEN_PID says that it is meant for this process (sd_listen_fds(3)).
[[nodiscard]] unsigned listen_fds();

}  // namespace corten::cmd
