// SPDX-License-Identifier: Apache-2.0
// The way into a container's root directory.
#include <fcntl.h>
#include <fmt/core.h>

#include <utility>

#include "container/container_data.hpp"
#include "container/state/status.hpp"
#include "sys/file.hpp"

namespace corten::container {

UniqueFd Container::open_root() const {
  const auto& saved = data_->saved;
  if (saved.init_pid > 0) {
    auto root = sys::try_open_at(AT_FDCWD, fmt::format("/proc/{}/root", saved.init_pid), O_PATH | O_DIRECTORY);
    // Checked after opening: no later process had the pid then.
    if (root && init_alive(saved)) return std::move(*root);
  }
  return sys::open_at(AT_FDCWD, saved.rootfs, O_PATH | O_DIRECTORY);
}

}  // namespace corten::container
