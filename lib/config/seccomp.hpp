// SPDX-License-Identifier: Apache-2.0
// From the spec's system call filter to what security/ compiles. Pure.
#pragma once

#include <optional>

#include "security/filter_plan.hpp"
#include "spec/config.hpp"

namespace corten::config {

/// Nothing where linux.seccomp names neither a default action nor a system call: as runc, that is no filter.
/// crun's annotation run.oci.seccomp_fail_unknown_syscall, with any value but "0", has unknown system calls refused.
[[nodiscard]] std::optional<security::FilterSource> plan_filter(const spec::Seccomp& seccomp,
                                                                const spec::StringMap& annotations);

}  // namespace corten::config
