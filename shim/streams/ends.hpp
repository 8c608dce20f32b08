// SPDX-License-Identifier: Apache-2.0
// Opens the far ends of streams: the fifos and files that a client names.
#pragma once

#include <array>
#include <string>

#include "base/unique_fd.hpp"

namespace corten::shim {

struct Pipe {
  UniqueFd reading, writing;
};

/// pipe2(2), whose ends belong to `uid` and `gid`.
[[nodiscard]] Pipe make_pipe(uid_t uid, gid_t gid);

/// Where output goes: a fifo, which it keeps open for reading, too, so that a client may come and go, or a file, at whose end it
/// writes. Nothing waits, not even for a reader.
[[nodiscard]] UniqueFd open_output(const std::string& path);

/// The same for "file://": the file and its folders are made.
[[nodiscard]] UniqueFd open_log_file(const std::string& path);

/// The fifo that input comes from. While `holder` is open it does not end: a client may come and go.
struct Input {
  UniqueFd fifo, holder;
};
[[nodiscard]] Input open_input(const std::string& path);

[[nodiscard]] UniqueFd open_null();

void set_nonblocking(int fd);

}  // namespace corten::shim
