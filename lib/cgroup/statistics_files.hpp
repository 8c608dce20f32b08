// SPDX-License-Identifier: Apache-2.0
// What both layouts' statistics are read with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cgroup/statistics.hpp"

namespace corten::cgroup {

/// "2MB" for the directory name "hugepages-2048kB"; empty for another name.
[[nodiscard]] std::string hugepage_size(std::string_view name);

/// The words of a line, whatever the blanks between.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view line);

/// A count; negative ones, which some kernels print by mistake, are 0, and what is no number too.
[[nodiscard]] std::uint64_t count_of(std::string_view word);

/// The count in a file, or 0; "max" is the greatest number.
[[nodiscard]] std::uint64_t read_count(const std::string& path);

/// The lines "KEY VALUE" of a file.
[[nodiscard]] std::map<std::string, std::uint64_t> read_counts(const std::string& path);

/// The CPUs or memory nodes of a cpuset's file, "0-2,7" or empty.
[[nodiscard]] std::vector<std::uint16_t> ids_of(std::string_view list);

/// The text of a pressure file; nothing where the kernel keeps none.
[[nodiscard]] std::optional<resources::Pressure> parse_pressure(std::string_view text);

}  // namespace corten::cgroup
