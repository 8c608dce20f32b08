// SPDX-License-Identifier: Apache-2.0
// What a container with an unusable state.json certainly owns, so that `delete --force` removes that, and nothing else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/container.hpp"
#include "container/state/state_dir.hpp"
#include "spec/saved_state.hpp"

namespace corten::container {

struct Recovered {
  spec::SavedState saved;         // has an init and cgroups only where they are certainly the container's
  std::vector<std::string> left;  // a description of each thing that may be the container's, too
};

[[nodiscard]] Recovered recover(const Settings& settings, const StateDir& directory);

/// Whether the last component of cgroup `path` is the container's id. Where its config.json asked for the path (`planned`), a prefix
/// such as "libpod-" and a suffix ".scope" may be around the id.
[[nodiscard]] bool is_named_after(std::string_view path, std::string_view id, bool planned);

}  // namespace corten::container
