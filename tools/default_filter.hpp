// SPDX-License-Identifier: Apache-2.0
// The system call filter of `corten spec --seccomp default`.
#pragma once

#include <string>

namespace corten::tools {

/// linux.seccomp as JSON: everything is allowed but what changes the machine, which is refused as without privileges (EPERM).
[[nodiscard]] std::string default_filter();

}  // namespace corten::tools
