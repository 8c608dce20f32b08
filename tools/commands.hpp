// SPDX-License-Identifier: Apache-2.0
// The commands of this program; each is defined in the file of its name.
#pragma once

#include "cmd/command.hpp"

namespace corten::tools {

extern const cmd::Command check_command, spec_command, validate_command;

}  // namespace corten::tools
