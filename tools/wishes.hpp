// SPDX-License-Identifier: Apache-2.0
// A config.json that is changed as the options of `corten spec` say.
#pragma once

#include <string>

#include "cmd/spec_options.hpp"

namespace corten::tools {

/// `text` is runc's example. Throws Error that names the option which cannot be. Reads the file of --seccomp, and the root's passwd
/// and group where --user has names.
[[nodiscard]] std::string with_wishes(const std::string& text, const cmd::SpecOptions& options);

}  // namespace corten::tools
