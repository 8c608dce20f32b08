// SPDX-License-Identifier: Apache-2.0
// One sink for messages: standard error, or the file of --log, as text or as runc's JSON lines.
#pragma once

#include <string>
#include <string_view>

namespace corten::log {

enum class Format { text, json };
enum class Level { error, warning, info, debug };

/// Where records go from now on; an empty path means standard error. The file is opened for appending, never
/// truncated (callers append across calls), and each record is one write(2), so that a child may inherit it.
void open(const std::string& path, Format format, bool debug);

/// Takes over a sink that another process opened, as `corten init` does. `fd` -1 means standard error.
void adopt(int fd, Format format, bool debug);

/// The descriptor of the log file, or -1 where records go to standard error.
[[nodiscard]] int descriptor();
[[nodiscard]] Format format();
[[nodiscard]] bool debug_enabled();

void write(Level level, std::string_view message);

inline void warn(std::string_view message) { write(Level::warning, message); }
inline void info(std::string_view message) { write(Level::info, message); }
inline void debug(std::string_view message) { write(Level::debug, message); }

/// One record as it is written, without writing it (its time in `seconds`, UTC).
[[nodiscard]] std::string record(Level level, std::string_view message, Format format, long seconds);

}  // namespace corten::log
