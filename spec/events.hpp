// SPDX-License-Identifier: Apache-2.0
// What the `events` command prints, a line of JSON an event: names and order are those of runc's Go structs.
#pragma once

#include <string>
#include <string_view>

#include "corten/usage.hpp"

namespace corten::spec {

/// One line each, without its newline. stats_json() is the event's "data" alone.
[[nodiscard]] std::string stats_event_json(std::string_view id, const resources::Statistics& statistics);
[[nodiscard]] std::string stats_json(const resources::Statistics& statistics);
/// Its part about Intel RDT alone.
[[nodiscard]] std::string rdt_json(const resources::RdtStatistics& statistics);
[[nodiscard]] std::string oom_event_json(std::string_view id);

}  // namespace corten::spec
