// SPDX-License-Identifier: Apache-2.0
// Where --log sends messages.
#pragma once

#include <string>

#include "cmd/log.hpp"

namespace corten::cmd {

/// A path, "file:PATH", "journald:NAME" or "syslog:NAME", as crun takes it; empty: standard error. The journal and the system's log
/// get messages as they are, whatever the format.
void open_log(const std::string& target, log::Format format, corten_level least);

}  // namespace corten::cmd
