// SPDX-License-Identifier: Apache-2.0
// Errors whose kind follows from their errno.
#pragma once

#include <concepts>
#include <utility>

#include "base/error.hpp"

namespace corten {

/// Runs `body`; an Error with errno `code` that leaves it is of `kind`.
template <std::invocable Body>
decltype(auto) with_kind_for(int code, ErrorKind kind, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (Error& error) {
    if (error.code() == code) error.set_kind(kind);
    throw;
  }
}

}  // namespace corten
