// SPDX-License-Identifier: Apache-2.0
// Whole small files, relative to a directory descriptor (AT_FDCWD for the caller's own).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"

namespace corten::sys {

/// openat(2) with O_CLOEXEC; throws "open PATH: errno text".
[[nodiscard]] UniqueFd open_at(int directory, const std::string& path, int flags, mode_t mode = 0);

/// As open_at, but nothing where the file is not there.
[[nodiscard]] std::optional<UniqueFd> try_open_at(int directory, const std::string& path, int flags);

/// Everything that is left to read from `fd`; `name` is for the error.
[[nodiscard]] std::string read_all(int fd, std::string_view name);

[[nodiscard]] std::string read_file(const std::string& path);
[[nodiscard]] std::optional<std::string> read_file_if_exists(int directory, const std::string& path);

/// What is left of a regular file, at most 64 MiB: a read(2) that does not fill its buffer is the last. Throws where it is else.
[[nodiscard]] std::string read_regular(int fd, std::string_view name);

/// Writes all of `text`; throws "write NAME: errno text".
void write_all(int fd, std::string_view text, std::string_view name);

/// Writes an existing file (a kernel's) in one write(2).
void write_file_at(int directory, const std::string& path, std::string_view text);

/// Makes `name` in `directory` appear complete or not at all: a hidden neighbour, then rename(2).
void replace_file(int directory, const std::string& name, std::string_view text, mode_t mode);

/// replace_file() in two parts: the neighbour, then the rename.
void prepare_file(int directory, const std::string& name, std::string_view text, mode_t mode);
void publish_file(int directory, const std::string& name);

/// The names in an open directory, but for "." and ".."; `name` is the directory's, for the error.
[[nodiscard]] std::vector<std::string> names_in(int directory, std::string_view name);

/// mkdir -p, with `mode` for what is made; the caller's own file system only, never a container's.
void make_directories(const std::string& path, mode_t mode);

/// A path's absolute, link-free form; throws "PATH: errno text".
[[nodiscard]] std::string real_path(const std::string& path);

}  // namespace corten::sys
