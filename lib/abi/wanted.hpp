// SPDX-License-Identifier: Apache-2.0
// What a program asks for of a new container or process.
#pragma once

#include <string>

#include "abi/guard.hpp"
#include "spec/config.hpp"

namespace corten::abi {

/// Throws where it is no absolute path.
[[nodiscard]] std::string bundle_of(const char* bundle);

/// The text of `config`, or of the file in `bundle` where it is NULL.
[[nodiscard]] std::string document_of(const char* config, const std::string& bundle);

/// NULL: the caller's standard streams.
[[nodiscard]] container::StdioOptions stdio_of(const corten_stdio* stdio);

/// Container::create() or one like it. A plain function, so that there is one make_container() for all.
using Make = container::Running (*)(const container::Settings&, const std::string& id, const spec::Config&,
                                    const container::CreateOptions&, const corten_checkpoint_options* images);

/// Makes a container. Where the one who waits for its readiness cannot be told, it is removed. `ahead`: it needs an init stage,
/// which is started before the configuration is read.
corten_container* make_container(const corten_runtime* runtime, const char* id, const corten_create_options* options,
                                 corten_process** process, corten_error** error, Make make, bool ahead,
                                 const corten_checkpoint_options* images = nullptr) noexcept;

}  // namespace corten::abi
