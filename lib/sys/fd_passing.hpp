// SPDX-License-Identifier: Apache-2.0
// Descriptors over AF_UNIX sockets, and connecting to one by a path of any length.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"

namespace corten::sys {

inline constexpr std::size_t max_passed_fds = 253;  // SCM_MAX_FD

/// One sendmsg(2): `payload` (at least one byte) with `fds`.
void send_with_fds(int socket, std::string_view payload, const std::vector<int>& fds);

/// One recvmsg(2) of at most `buffer_size` bytes; descriptors arrive close-on-exec. Returns the bytes received: 0 at
/// the end of the stream.
std::size_t receive_with_fds(int socket, char* buffer, std::size_t buffer_size, std::vector<UniqueFd>& fds);

/// A stream socket connected to `path`; paths beyond the 107 bytes of sun_path are reached through a descriptor. A leading
/// "@" means the abstract namespace, as in Go.
[[nodiscard]] UniqueFd connect_unix(const std::string& path);

}  // namespace corten::sys
