// SPDX-License-Identifier: Apache-2.0
// The kernel's struct sched_attr (Linux 5.3; older kernels take the zeros at its end), which glibc has from 2.41 on.
#pragma once

#include <cstdint>

namespace corten::sys {

struct SchedAttr {
  std::uint32_t size = sizeof(SchedAttr);
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0, deadline = 0, period = 0;
  std::uint32_t utilization_min = 0, utilization_max = 0;
};

}  // namespace corten::sys
