// SPDX-License-Identifier: Apache-2.0
// A container whose state.json cannot be used any more: what can be proved to be its own, so that `delete --force` takes no
// more than that, and no less.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "container/state/state_dir.hpp"
#include "corten/container.hpp"
#include "spec/saved_state.hpp"

namespace corten::container {

struct Recovered {
  spec::SavedState saved;         // names an init and cgroups only where they are surely the container's
  std::vector<std::string> left;  // what may be the container's as well: a text each
};

[[nodiscard]] Recovered recover(const Settings& settings, const StateDir& directory);

/// Is the last component of cgroup `path` the container's id? Where its config.json asked for the path (`planned`), a prefix
/// such as "libpod-" and a suffix ".scope" may be around the id.
[[nodiscard]] bool is_named_after(std::string_view path, std::string_view id, bool planned);

}  // namespace corten::container
