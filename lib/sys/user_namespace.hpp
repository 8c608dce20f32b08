// SPDX-License-Identifier: Apache-2.0
// Whether this program runs in a user namespace.
#pragma once

namespace corten::sys {

/// Whether the caller sees less than the whole of the host's ids.
[[nodiscard]] bool in_user_namespace();

}  // namespace corten::sys
