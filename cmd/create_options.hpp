// SPDX-License-Identifier: Apache-2.0
// What create and run have in common: their options, and the way to the configuration.
#pragma once

#include <vector>

#include "api/container.hpp"
#include "cmd/arguments.hpp"
#include "spec/config.hpp"

namespace corten::cmd {

/// The options that both commands take; their targets are in `options`, and `config` a file in the place of the bundle's.
[[nodiscard]] std::vector<Option> create_options(container::CreateOptions& options, std::string& config);

/// Goes to the bundle, as runc does (so that the paths of sockets are relative to it), makes the paths in `options` absolute,
/// and adds the descriptors of $LISTEN_FDS.
void enter_bundle(container::CreateOptions& options);

/// Reads the configuration into options.document, and parses it.
[[nodiscard]] spec::Config read_document(container::CreateOptions& options, const std::string& config);

/// Makes a relative path absolute, before the current directory changes.
void make_absolute(std::string& path);

}  // namespace corten::cmd
