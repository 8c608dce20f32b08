// SPDX-License-Identifier: Apache-2.0
// Where messages go, those of the library too: standard error, or the file of --log, as text or as runc's JSON lines.
#pragma once

#include <corten.h>

#include <string>
#include <string_view>

#include <corten/log.hpp>

namespace corten::cmd::log {

using Format = LogFormat;

/// Where records go from now on; an empty path means standard error. The file is opened for appending, never truncated (callers
/// append across calls), and each record is one write(2).
void open(const std::string& path, Format format, bool debug);

/// Whether records go to a file.
[[nodiscard]] bool is_file();

void write(corten_level level, std::string_view message);

inline void warn(std::string_view message) { write(CORTEN_WARNING, message); }

}  // namespace corten::cmd::log
