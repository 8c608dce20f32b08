// SPDX-License-Identifier: Apache-2.0
// The users and groups of a root directory, which may be an image's or a container's, and hostile.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/unique_fd.hpp"

namespace corten::users {

/// Larger files are refused. Ten thousand users take about one megabyte.
inline constexpr std::size_t largest_file = std::size_t{16} << 20U;

/// etc/passwd and etc/group below a directory. Links are resolved inside it; what is no regular file is not even opened, for
/// the opening of a device or a pipe has effects. No name service is asked.
class Database {
 public:
  /// `root` is a directory; O_PATH will do.
  explicit Database(UniqueFd root) : root_{std::move(root)} {}

  /// An absolute path of the caller's.
  [[nodiscard]] static Database open(const std::string& root);

  /// The texts as they are now; empty where there is no such file. Throws Error.
  [[nodiscard]] std::string passwd() const;
  [[nodiscard]] std::string groups() const;

 private:
  UniqueFd root_;
};

}  // namespace corten::users
