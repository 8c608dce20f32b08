// SPDX-License-Identifier: Apache-2.0
// Where messages go, those of the library too: standard error, the file of --log, as text or as runc's JSON lines, or a writer.
#pragma once

#include <corten.h>

#include <string>
#include <string_view>

#include <corten/log.hpp>

namespace corten::cmd::log {

using Format = LogFormat;
using Writer = void (*)(corten_level level, std::string_view message);

/// Where records go from now on; an empty path means standard error. The file is opened for appending, never truncated (callers
/// append across calls), and each record is one write(2). `least` is the least severe level that is written.
void open(const std::string& path, Format format, corten_level least);

/// Messages go to `writer` from now on.
void hand_on(Writer writer, corten_level least);

/// Whether records go to something else than standard error.
[[nodiscard]] bool elsewhere();

void write(corten_level level, std::string_view message);

inline void warn(std::string_view message) { write(CORTEN_WARNING, message); }

}  // namespace corten::cmd::log
