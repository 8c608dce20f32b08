// SPDX-License-Identifier: Apache-2.0
// The container's terminals: its devpts, and /dev/console.
#pragma once

#include "base/unique_fd.hpp"
#include "rootfs/state.hpp"

namespace corten::rootfs {

/// Opens /dev/pts/ptmx inside `root`, checked to be one (CVE-2025-52565). For create after enter(), and for exec.
[[nodiscard]] UniqueFd open_ptmx(int root);
[[nodiscard]] inline UniqueFd open_ptmx(const State& state) { return open_ptmx(state.root.get()); }

/// Puts the terminal's slave, as TIOCGPTPEER gave it, on /dev/console. After enter().
void mount_console(const State& state, int slave_fd);

}  // namespace corten::rootfs
