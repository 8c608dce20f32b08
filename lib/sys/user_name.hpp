// SPDX-License-Identifier: Apache-2.0
// The name of a host user. Only /etc/passwd is asked: name services would be loaded as plug-ins, which a static program
// cannot do safely.
#pragma once

#include <cstdint>
#include <string>

namespace corten::sys {

/// "#1000" where the uid has no name, as runc prints it.
[[nodiscard]] std::string user_name(std::uint32_t uid);

}  // namespace corten::sys
