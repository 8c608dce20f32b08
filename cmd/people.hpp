// SPDX-License-Identifier: Apache-2.0
// What a person at a terminal reads more easily than a program does.
#pragma once

#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

namespace corten::cmd {

/// The columns of the terminal that standard output is; 0 where it is none.
[[nodiscard]] std::size_t terminal_width();

/// "2 hours ago": `then`, as in RFC 3339 and UTC, seen at `now`; `then` itself where it is no such time.
[[nodiscard]] std::string ago(std::string_view then, std::time_t now);

/// `text` in at most `width` characters, the last one being "…" where it is longer; `from_end` keeps its end.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width, bool from_end = false);

}  // namespace corten::cmd
