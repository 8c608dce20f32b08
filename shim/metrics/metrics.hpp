// SPDX-License-Identifier: Apache-2.0
// What a container has used, as containerd's clients read it: one message for cgroup v1, another for v2.
#pragma once

#include <string>

#include "corten/usage.hpp"

namespace corten::shim {

struct Metrics {
  std::string type, message;
};

[[nodiscard]] Metrics legacy_metrics(const resources::Statistics& statistics);
[[nodiscard]] Metrics unified_metrics(const resources::Statistics& statistics);

}  // namespace corten::shim
