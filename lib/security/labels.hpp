// SPDX-License-Identifier: Apache-2.0
// The label that a process gets at its execve: an AppArmor profile, an SELinux context.
#pragma once

#include <string>

#include "security/plan.hpp"

namespace corten::security {

/// Throws where this host cannot set the labels of `plan`. The parent calls it before anything exists.
void check_labels(const LabelPlan& plan);

/// Sets the labels for the next execve of this process, or of its children. To be called while /proc is one that
/// can be trusted; what is mounted over it is refused all the same (CVE-2019-16884, CVE-2025-52881). The text of a failure names /proc/self/attr, as Podman expects.
void set_exec_labels(const LabelPlan& plan);

/// The SELinux label of the keys and keyrings that this process makes from now on, until its execve.
void set_key_label(const LabelPlan& plan);

/// "user:role:type" or "user:role:type:range", as libselinux reads it; whether the policy knows it is another question.
[[nodiscard]] bool is_selinux_label(const std::string& label);

/// Whether profiles can be set at all on this host.
[[nodiscard]] bool apparmor_enabled();
[[nodiscard]] bool selinux_enabled();

}  // namespace corten::security
