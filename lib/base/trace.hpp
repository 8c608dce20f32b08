// SPDX-License-Identifier: Apache-2.0
// Measures a start: phases of the parent and of the init stage, in the Trace Event format ("JSON array",
// whose closing bracket may be missing) that Perfetto and chrome://tracing show side by side. Off unless asked for.
#pragma once

#include <string>
#include <string_view>

namespace corten::trace {

/// Adds to the file at `path` from now on; several commands may add to one file.
void open(const std::string& path);

/// What adopt() in another process needs; empty where nothing is traced.
[[nodiscard]] std::string handle();

/// Takes an event to the process that writes the trace, which gives it to add().
using Writer = void (*)(std::string_view event);

/// Goes on with the trace of the process that made `handle`, on a line of its own named `name`, by way of `writer`.
void adopt(std::string_view handle, std::string_view name, Writer writer);

/// Writes another process's event, where there is a trace.
void add(std::string_view event);

namespace detail {
extern bool enabled;
void begin(const char* phase);
}  // namespace detail

/// Ends the phase before and begins this one; nullptr begins none. `name` must live on.
inline void phase(const char* name) {
  if (detail::enabled) detail::begin(name);
}

}  // namespace corten::trace
