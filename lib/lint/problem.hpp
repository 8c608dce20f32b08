// SPDX-License-Identifier: Apache-2.0
// What is wrong with a configuration.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corten::lint {

/// An error is what the specification forbids or Corten refuses; a warning is allowed, and hardly what was meant.
enum class Severity : std::uint8_t { error, warning };

struct Problem {
  Severity severity = Severity::error;
  std::string pointer;  // RFC 6901: "/process/rlimits/0/type"
  std::uint32_t line = 0, column = 0;
  std::string message;
  std::string_view demand;  // what the specification says, or empty
  std::string suggestion;   // what to write instead, or empty
};

}  // namespace corten::lint
