// SPDX-License-Identifier: Apache-2.0
// Lines of an untrusted file, as of an image, in bounded memory and time.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace corten::sys {

/// What read_lines() takes of a file whose size somebody else decides.
struct LineLimits {
  std::size_t line = 0;  // longer lines are passed over
  std::size_t file = 0;  // bytes; what comes after is not read
};

/// Calls `use` with each line, without its end, until that says false or the file ends. Memory is bounded by the longest
/// line. A file that stops to be readable ends there: what is hostile may do that at will.
void read_lines(int fd, const LineLimits& limits, const std::function<bool(std::string_view)>& use);

}  // namespace corten::sys
