// SPDX-License-Identifier: Apache-2.0
// The label that a process gets at its execve: an AppArmor profile, an SELinux context.
#pragma once

#include "security/plan.hpp"

namespace corten::security {

/// Sets what the next execve of this process will take. The text of a failure names /proc/self/attr, as Podman expects.
void set_exec_labels(const LabelPlan& plan);

}  // namespace corten::security
