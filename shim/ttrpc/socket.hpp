// SPDX-License-Identifier: Apache-2.0
// Unix sockets by path.
#pragma once

#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace corten::shim::ttrpc {

/// The path of an address: without "unix://", which need not be there.
[[nodiscard]] std::string socket_path(std::string_view address);

/// A connected socket; never waits, not even for one who does not accept. Throws.
[[nodiscard]] UniqueFd connect_to(const std::string& path);

/// A listening socket, which only its owner may connect to. Nothing where there is a file already; throws for all else.
[[nodiscard]] UniqueFd try_listen_at(const std::string& path);

/// The path that a listening socket has.
[[nodiscard]] std::string path_of(int listener);

}  // namespace corten::shim::ttrpc
