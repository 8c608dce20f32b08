// SPDX-License-Identifier: Apache-2.0
// Every problem of a configuration at once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lint/problem.hpp"

namespace corten::lint {

/// Why a machine has not what `corten check` calls `thing`; an empty text where it has it, or where nobody knows.
using WhyMissing = std::function<std::string(std::string_view thing)>;

/// The problems of a config.json's text, in its order. With `bundle`, also those of the directory around it; with `why_missing`, those
/// of the machine. A text that is no JSON has one problem, behind which nothing can be seen.
[[nodiscard]] std::vector<Problem> check(std::string_view text, const std::string& bundle = {},
                                         const WhyMissing& why_missing = {});

}  // namespace corten::lint
