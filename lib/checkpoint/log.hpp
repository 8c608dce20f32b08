// SPDX-License-Identifier: Apache-2.0
// What of CRIU's log tells why it failed.
#pragma once

#include <string>
#include <string_view>

#include "checkpoint/message.hpp"

namespace corten::checkpoint {

/// The lines of `log` that tell of errors, joined to one; of many the first and the last. Empty where there are none.
[[nodiscard]] std::string error_lines(std::string_view log);

/// A sentence on what `log` tells of and what helps: a program that CRIU needs is missing, a pidfd goes outside. Else empty.
[[nodiscard]] std::string known_cause(std::string_view log);

/// "criu failed: type DUMP errno 0: MESSAGE; LINES; the whole log is in PATH", runc's words, after the known cause.
[[nodiscard]] std::string describe_failure(std::string_view kind, const Response& response,
                                           const std::string& log_path);

}  // namespace corten::checkpoint
