// SPDX-License-Identifier: Apache-2.0
// This program's file as a descriptor that no process can open for writing. The init stage is executed from it, so that
// /proc/PID/exe in a container never leads to the file on the host (CVE-2019-5736).
#pragma once

#include "base/unique_fd.hpp"

namespace corten::process {

/// A detached read-only mount of /proc/self/exe (Linux 5.12), else a sealed memfd with its bytes.
[[nodiscard]] UniqueFd open_sealed_exe();

}  // namespace corten::process
