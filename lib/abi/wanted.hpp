// SPDX-License-Identifier: Apache-2.0
// What a program asks for of a new container or process.
#pragma once

#include <memory>
#include <utility>

#include "abi/guard.hpp"
#include "spec/config.hpp"

namespace corten::abi {

/// NULL: the caller's standard streams.
[[nodiscard]] container::StdioOptions stdio_of(const corten_stdio* stdio);

/// A container as its document asks for it.
struct Wanted {
  container::CreateOptions options;
  spec::Config config;
};

[[nodiscard]] Wanted wanted(const corten_create_options* options);

/// Waits until the container is ready. Where the one who waits for that cannot be told, the container is removed.
void wait_or_undo(container::Running& made);

/// `make` makes the container: Container::create() or one like it.
template <class Make>
corten_container* make_container(const corten_runtime* runtime, const char* id, const corten_create_options* options,
                                 corten_process** process, corten_error** error, Make&& make) noexcept {
  return guarded<corten_container*>(error, nullptr, [&] {
    const auto& settings = checked(runtime, "runtime").settings;
    const std::string name = &checked(id, "id");
    const auto what = wanted(options);
    // What could fail afterwards comes before.
    auto handle = std::make_unique<corten_process>();
    auto result = std::make_unique<corten_container>();
    auto made = make(settings, name, what.config, what.options);
    if (made.readiness) wait_or_undo(made);
    *handle = {made.process.pid, std::move(made.process.terminal)};
    result->container.emplace(std::move(made.container));
    if (process != nullptr) *process = handle.release();
    return result.release();
  });
}

}  // namespace corten::abi
