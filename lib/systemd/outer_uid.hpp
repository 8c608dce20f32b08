// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string_view>

namespace corten::systemd {

/// Who `uid` is outside the user namespace that has `uid_map` (the text of /proc/self/uid_map): what a socket's other
/// side sees of a root that is root in a namespace only. `uid` itself where the map does not say.
[[nodiscard]] uid_t outer_uid(std::string_view uid_map, uid_t uid);

}  // namespace corten::systemd
