// SPDX-License-Identifier: Apache-2.0
// Finds the executable of a process, with the errors that engines turn into exit codes 126 and 127.
#pragma once

#include <string>
#include <vector>

namespace corten::init {

/// The path to execute for `name`: `name` itself where it has a slash, else the first executable file of that name in `path`
/// (the container's PATH). Throws `exec: "x": executable file not found in $PATH`, `exec: "/x": stat /x: no such file or
/// directory`, `exec: "/x": permission denied`, `exec: "/x": is a directory`.
[[nodiscard]] std::string find_executable(const std::string& name, std::string_view path);

/// The value of PATH in an environment, or empty.
[[nodiscard]] std::string_view path_of(const std::vector<std::string>& env);

/// Adds HOME where it is missing or empty: from the container's /etc/passwd for `uid`, else "/".
void add_home(std::vector<std::string>& env, unsigned uid);

/// The home directory of `uid` in the passwd file that `fd` reads, or empty. The file is an image's: overlong lines are
/// skipped, and nothing after the first 64 MiB is read.
[[nodiscard]] std::string home_in(int fd, unsigned uid);

}  // namespace corten::init
