// SPDX-License-Identifier: Apache-2.0
// What this process has to say goes to one writer: the caller's, or in an init stage the one that sends it to the parent.
#pragma once

#include <string_view>

namespace corten::log {

enum class Level { error, warning, info, debug };

using Writer = void (*)(Level, std::string_view message);

/// Messages go to `writer` from now on, those for debugging where `debug` is set; nowhere in the beginning. Any thread may call it.
void hand_on(Writer writer, bool debug);

[[nodiscard]] bool debug_enabled();

void write(Level level, std::string_view message);

inline void warn(std::string_view message) { write(Level::warning, message); }
inline void info(std::string_view message) { write(Level::info, message); }
inline void debug(std::string_view message) { write(Level::debug, message); }

}  // namespace corten::log
