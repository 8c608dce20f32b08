// SPDX-License-Identifier: Apache-2.0
// mount(2) on descriptors once "/" is the container's, whose /proc/self/fd cannot be trusted.
#pragma once

#include <cstdint>
#include <string>

#include "rootfs/state.hpp"

namespace corten::rootfs {

/// The host's /proc/self/fd. Throws where it was not kept, as no step was expected to need it.
[[nodiscard]] int late_descriptors(const State& state);

/// Binds what `source` is a descriptor of on `target`, with `flags` (MS_BIND, MS_REC). `name` is for the error.
void bind_late(const State& state, int source, int target, const std::string& name, std::uint64_t flags);

/// A new file system of `type` on what `target` is a descriptor of. 0 or an errno.
[[nodiscard]] int mount_late(const State& state, const char* type, int target, std::uint64_t flags, const char* data);

/// Makes the mount that `mount` is the root of read-only, keeping its other flags. 0 or an errno.
[[nodiscard]] int make_mount_readonly(const State& state, int mount);

}  // namespace corten::rootfs
