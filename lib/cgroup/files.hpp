// SPDX-License-Identifier: Apache-2.0
// The small files of a cgroup: read whole, written with one write(2), named in every error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace corten::cgroup {

/// True for an errno that says "the file or its cgroup is not there": ENODEV is what a read gets from a cgroup that was
/// removed after the open.
[[nodiscard]] bool means_missing(int code);

/// True for an errno that says "not yours": what a rootless run ignores.
[[nodiscard]] bool means_forbidden(int code);

/// The whole file; throws "open PATH: ..." or "read PATH: ...".
[[nodiscard]] std::string read_file(const std::string& path);

/// The whole file, or nothing when it is not there.
[[nodiscard]] std::optional<std::string> read_if_exists(const std::string& path);

/// The same for a file that shows one value. The kernel gives that whole to one read(2), so no second one asks for the end
/// (a list such as cgroup.procs may come in pieces).
[[nodiscard]] std::optional<std::string> read_value(const std::string& path);

/// The file's one number; "max" is the greatest one. Nothing when it is not there or holds something else.
[[nodiscard]] std::optional<std::uint64_t> read_number(const std::string& path);

/// The number after "KEY " at the start of a line of `text`, or nothing.
[[nodiscard]] std::optional<std::uint64_t> value_of_key(std::string_view text, std::string_view key);

/// Opens an existing file of a cgroup; invalid with errno in `code` when that fails.
[[nodiscard]] UniqueFd try_open(const std::string& path, int flags, int& code);

/// Writes `value` to an open file at once: 0, or an errno.
[[nodiscard]] int try_write(int fd, std::string_view value);

/// Opens the file and writes `value` to it: 0, or an errno.
[[nodiscard]] int try_write(const std::string& path, std::string_view value);

/// As try_write; throws "write \"VALUE\" to PATH: ...".
void write_file(const std::string& path, std::string_view value);

[[noreturn]] void throw_write_error(const std::string& path, std::string_view value, int code);

}  // namespace corten::cgroup
