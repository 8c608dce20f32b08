// SPDX-License-Identifier: Apache-2.0
// What create and run have in common: their options, and the way to the configuration.
#pragma once

#include <string>
#include <vector>

#include <corten/options.hpp>

#include "cmd/arguments.hpp"

namespace corten::cmd {

/// The options that both commands take; their targets are in `plan`, and `config` a file in the place of the bundle's.
[[nodiscard]] std::vector<Option> create_options(Plan& plan, std::string& config);

/// Goes to the bundle, as runc does (so that the paths of sockets are relative to it), makes the paths in `plan` absolute,
/// adds the descriptors of $LISTEN_FDS, and reads `config` where there is one.
void enter_bundle(Plan& plan, std::string config = {});

/// Makes a relative path absolute, before the current directory changes.
void make_absolute(std::string& path);

}  // namespace corten::cmd
