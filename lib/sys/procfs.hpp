// SPDX-License-Identifier: Apache-2.0
// Files of procfs, reached so that nothing mounted over /proc or inside it can stand in for them (CVE-2019-16884,
// CVE-2025-52881): a write meant for an LSM or a sysctl must not land in some other file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace corten::sys {

class Procfs {
 public:
  /// The caller's own /proc, checked to be the root of a procfs. Throws Error.
  [[nodiscard]] static Procfs open();

  /// open() where that works and nothing is mounted at or above `path` in it; else a procfs of our own, which nobody else
  /// has ever seen (Linux 5.2). Throws Error.
  [[nodiscard]] static Procfs open_for(const std::string& path);

  /// Opens "self/attr/exec" and the like: no magic link and no other mount on the way. Throws "open /proc/PATH: errno".
  [[nodiscard]] UniqueFd open_file(const std::string& path, int flags) const;

  /// One write(2) to an existing file. Throws "open /proc/PATH: errno" or "write /proc/PATH: errno".
  void write_file(const std::string& path, std::string_view value) const;

 private:
  explicit Procfs(UniqueFd root) : root_{std::move(root)} {}
  static std::optional<UniqueFd> try_open_root();

  UniqueFd root_;
};

}  // namespace corten::sys
