// SPDX-License-Identifier: Apache-2.0
// A cgroup in the v2 hierarchy, by its files.
#pragma once

#include <memory>
#include <string>

#include "cgroup/files_manager.hpp"

namespace corten::cgroup {

/// The v2 hierarchy, mounted at `mount`.
[[nodiscard]] std::unique_ptr<FilesManager> make_unified_manager(FilesOptions options, std::string mount);

}  // namespace corten::cgroup
