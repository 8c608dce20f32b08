// SPDX-License-Identifier: Apache-2.0
// What was built.
#pragma once

#include <string_view>

namespace corten {

extern const std::string_view version;  // "0.1.0"
extern const std::string_view commit;   // of the sources; "unknown" where they were no git checkout

}  // namespace corten
