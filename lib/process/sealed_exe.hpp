// SPDX-License-Identifier: Apache-2.0
// This program's own file as a descriptor that nobody can open for writing: what runs inside a container is executed
// from it, so that /proc/PID/exe there never leads to the file on the host (CVE-2019-5736).
#pragma once

#include "base/unique_fd.hpp"

namespace corten::process {

/// A detached read-only mount of /proc/self/exe (Linux 5.12), else a sealed memfd with its bytes.
[[nodiscard]] UniqueFd open_sealed_exe();

}  // namespace corten::process
