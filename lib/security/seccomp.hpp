// SPDX-License-Identifier: Apache-2.0
// A system call filter, from the spec's names to the kernel's program. libseccomp compiles it, in the parent.
#pragma once

#include <string>

#include "security/filter_plan.hpp"
#include "security/plan.hpp"

namespace corten::security {

/// Throws Error with the JSON path of what is not known or cannot be. System calls that neither libseccomp nor our table
/// knows are skipped with a warning, unless `source` refuses them.
[[nodiscard]] SeccompPlan compile(const FilterSource& source);

/// "2.5.4", of the libseccomp that we run with.
[[nodiscard]] std::string libseccomp_version();

}  // namespace corten::security
