// SPDX-License-Identifier: Apache-2.0
// The process of an exec. Pure.
#pragma once

#include <variant>

#include "config/plan.hpp"
#include "spec/config.hpp"

namespace corten::config {

/// The container's process `own` with changes, or a document of the caller's, which takes what it leaves out from `own`.
[[nodiscard]] spec::Process merge_process(const spec::Process& own,
                                          const std::variant<ProcessChanges, spec::Process>& wanted);

}  // namespace corten::config
