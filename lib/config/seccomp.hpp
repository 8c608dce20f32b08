// SPDX-License-Identifier: Apache-2.0
// From the spec's system call filter to what security/ compiles. Pure.
#pragma once

#include <optional>

#include "config/annotations.hpp"
#include "security/filter_plan.hpp"
#include "spec/config.hpp"

namespace corten::config {

/// Nothing where linux.seccomp names neither a default action nor a system call: as runc, that is no filter.
[[nodiscard]] std::optional<security::FilterSource> plan_filter(const spec::Seccomp& seccomp,
                                                                const Annotations& annotations);

}  // namespace corten::config
