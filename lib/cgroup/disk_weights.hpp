// SPDX-License-Identifier: Apache-2.0
// Weights of block I/O: the kernel takes them for disks that do not use them.
#pragma once

#include <string>

namespace corten::cgroup {

/// Whether any disk divides its time by weights: with the scheduler BFQ, by its files below `disks` (/sys/block), or on v2 by
/// io.cost, whose state only the file io.cost.qos of the hierarchy's root `hierarchy` has.
[[nodiscard]] bool weights_have_effect(const std::string& disks, const std::string& hierarchy);

/// Logs a warning where weights have none on this machine.
void warn_of_unused_weights();

}  // namespace corten::cgroup
