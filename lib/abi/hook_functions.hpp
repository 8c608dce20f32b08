// SPDX-License-Identifier: Apache-2.0
// Hooks that are functions of the program.
#pragma once

#include <memory>

#include "api/container.hpp"
#include "corten.h"

namespace corten::abi {

/// Empty where `hooks` is NULL.
[[nodiscard]] std::shared_ptr<const container::HookFunctions> functions_of(const corten_hooks* hooks);

}  // namespace corten::abi
