// SPDX-License-Identifier: Apache-2.0
// One sink for messages: standard error, or the file of --log, as text or as runc's JSON lines.
#pragma once

#include <string>
#include <string_view>

namespace corten::log {

enum class Format { text, json };
enum class Level { error, warning, info, debug };

/// Where records go from now on; an empty path means standard error. The file is opened for appending, never
/// truncated (callers append across calls), and each record is one write(2).
void open(const std::string& path, Format format, bool debug);

/// Writes a record in another process's place.
using Writer = void (*)(Level, std::string_view message);

/// What this process says goes to `writer` from now on, as an init stage's does: it has no descriptor of the log file.
void hand_on(Writer writer, bool debug);

/// Whether debug messages are written from now on. Any thread may call it.
void show_debug(bool debug);

/// The least severe that is written from now on; info, as long as nobody says.
void show(Level level);

/// Whether records go to something else than standard error.
[[nodiscard]] bool elsewhere();
[[nodiscard]] bool debug_enabled();

void write(Level level, std::string_view message);

inline void warn(std::string_view message) { write(Level::warning, message); }
inline void info(std::string_view message) { write(Level::info, message); }
inline void debug(std::string_view message) { write(Level::debug, message); }

/// One record as it is written, without writing it (its time in `seconds`, UTC).
[[nodiscard]] std::string record(Level level, std::string_view message, Format format, long seconds);

}  // namespace corten::log
