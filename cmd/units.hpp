// SPDX-License-Identifier: Apache-2.0
// Sizes and times as Go programs read them from a command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace corten::cmd {

/// Bytes, or with a unit of 1024: "50M", "1.5 GiB", "64kb", as Docker's RAMInBytes. Throws Error with its texts.
[[nodiscard]] std::int64_t parse_size(std::string_view text);

/// Go's time.ParseDuration: numbers with units, "1h30m", "1.5s", "100ms"; nothing where `text` is no such time.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace corten::cmd
