// SPDX-License-Identifier: Apache-2.0
// The eBPF program that answers for a v2 cgroup whether a device may be used.
#pragma once

#include <linux/bpf.h>

#include <vector>

#include "cgroup/device_rules.hpp"

namespace corten::cgroup {

/// A BPF_PROG_TYPE_CGROUP_DEVICE program: returns 1 for what `set` allows, 0 for the rest.
[[nodiscard]] std::vector<bpf_insn> device_program(const DeviceSet& set);

}  // namespace corten::cgroup
