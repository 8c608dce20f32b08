// SPDX-License-Identifier: Apache-2.0
// The patterns of `delete --regex` and `kill --regex`: POSIX extended regular expressions, which crun takes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corten::cmd {

/// Whether `pattern` matches a part of `text`, which has at most 255 characters. Throws Error where it is no pattern.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view text);

/// Those of `ids` that `pattern` matches; throws Error where there is none.
[[nodiscard]] std::vector<std::string> matching(std::string_view pattern, const std::vector<std::string>& ids);

}  // namespace corten::cmd
