// SPDX-License-Identifier: Apache-2.0
// The complaint about a name that is not in its table.
#pragma once

#include <cstddef>
#include <string_view>

#include "corten/nearest.hpp"

namespace corten {

/// Throws `format`, in which {0} is `word` and {1} is `index`, and behind it what was meant, or all that is known where nothing is
/// near.
[[noreturn, gnu::cold]] void throw_unknown(const char* format, std::string_view word, Names known,
                                           std::size_t index = 0);

}  // namespace corten
