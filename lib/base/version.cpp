// SPDX-License-Identifier: Apache-2.0
#include "base/version.hpp"

#include "commit.hpp"

namespace corten {

const std::string_view version = CORTEN_VERSION;
const std::string_view commit = CORTEN_COMMIT;

}  // namespace corten
