// SPDX-License-Identifier: Apache-2.0
// A cgroup in the v1 hierarchies, by their files.
#pragma once

#include <memory>

#include "cgroup/files_manager.hpp"

namespace corten::cgroup {

/// v1 hierarchies, with or without a v2 one beside them.
[[nodiscard]] std::unique_ptr<FilesManager> make_legacy_manager(FilesOptions options);

}  // namespace corten::cgroup
