// SPDX-License-Identifier: Apache-2.0
// The SELinux labels of a new container. Each has two categories of its own, by which the policy tells containers apart; which are in
// use is known for this process.
#pragma once

#include <string>
#include <vector>

#include "security/contexts.hpp"

namespace corten::security {

/// The labels by `options` (parse_label_options()), with categories that no other container has of this process's; they stay
/// reserved until release_level(). Both are empty where SELinux is not enabled or its policy has no labels for containers;
/// with "disable" the process's is.
[[nodiscard]] ContainerLabels new_container_labels(const std::vector<std::string>& options);

/// The level of a label is in use, by a container that another process has made; or no longer. A label without one: nothing happens.
void reserve_level(const std::string& label);
void release_level(const std::string& label);

}  // namespace corten::security
