// SPDX-License-Identifier: Apache-2.0
// What is left of texts that were cut off, as a full disk or a crash leaves them.
#pragma once

#include <string>
#include <string_view>

#include "spec/saved_state.hpp"

namespace corten::spec {

/// The first value of `json`, without what follows it; where that is an array or an object that was cut off, without the
/// member or item in which it was, and closed. An empty text where nothing is whole. What is no JSON before the cut stays so.
[[nodiscard]] std::string whole_part(std::string_view json);

/// What can be read of a text that parse_saved_state() throws for: each field on its own, of a text that was cut off those
/// before the cut. Throws where even that is no JSON.
[[nodiscard]] SavedState salvage_saved_state(std::string_view json);

}  // namespace corten::spec
