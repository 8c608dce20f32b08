// SPDX-License-Identifier: Apache-2.0
// The file of the init stage as a descriptor that no process can open for writing. The stage is executed from it, so that
// /proc/PID/exe in a container never leads to the file on the host (CVE-2019-5736).
#pragma once

#include <string>

#include "base/unique_fd.hpp"

namespace corten::process {

/// A detached read-only mount of `file` (Linux 5.12), else a sealed memfd with its bytes.
[[nodiscard]] UniqueFd open_sealed(const std::string& file);

}  // namespace corten::process
