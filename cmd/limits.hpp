// SPDX-License-Identifier: Apache-2.0
// The limits of a container as options of a command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <corten/config.hpp>

#include "cmd/arguments.hpp"

namespace corten::cmd {

/// An empty text means that the option was not given, as in runc.
struct LimitTexts {
  std::optional<std::int64_t> block_io_weight, pids;
  std::string cpu_period, cpu_quota, cpu_burst, cpu_shares, cpu_realtime_period, cpu_realtime_runtime, cpu_idle;
  std::string cpus, mems;
  std::string memory, memory_reservation, memory_swap, kernel_memory, kernel_memory_tcp;
};

[[nodiscard]] std::vector<Option> limit_options(LimitTexts& texts);

/// Throws "invalid value for OPTION: ...".
[[nodiscard]] spec::Resources parse_limits(const LimitTexts& texts);

}  // namespace corten::cmd
