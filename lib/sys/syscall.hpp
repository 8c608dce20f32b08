// SPDX-License-Identifier: Apache-2.0
// The only place that reads errno: runs a call, retries EINTR, throws an Error that names the step.
#pragma once

#include <cerrno>
#include <concepts>
#include <string_view>

#include "base/error.hpp"

namespace corten::sys {

/// `call`'s result; EINTR retried; -1 becomes Error{"what: errno text", errno}. `what` may be a callable that makes
/// the text, so that a text that must be put together is paid for only on failure.
template <class What, std::invocable Call>
auto check(What&& what, Call&& call) {
  for (;;) {
    if (const auto result = call(); result != -1) return result;
    const int code = errno;
    if (code == EINTR) continue;
    if constexpr (std::invocable<What>) {
      throw_errno(what(), code);
    } else {
      throw_errno(what, code);
    }
  }
}

/// `call`'s result, or -errno: for failures that are an expected outcome.
template <std::invocable Call>
auto attempt(Call&& call) -> decltype(call()) {
  for (;;) {
    if (const auto result = call(); result != -1) return result;
    if (errno != EINTR) return static_cast<decltype(call())>(-errno);
  }
}

}  // namespace corten::sys
