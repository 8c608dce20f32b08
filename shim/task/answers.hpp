// SPDX-License-Identifier: Apache-2.0
// Answers that several methods give.
#pragma once

#include <sys/types.h>

#include <string>

#include "shim/events/event.hpp"

namespace corten::shim {

[[nodiscard]] std::string pid_response(pid_t pid);
[[nodiscard]] std::string wait_response(const Exit& exit);
[[nodiscard]] std::string delete_response(const Exit& exit);

}  // namespace corten::shim
