// SPDX-License-Identifier: Apache-2.0
// Hooks that are functions of the program.
#pragma once

#include <corten.h>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include <corten/call.hpp>
#include <corten/state.hpp>

namespace corten {
inline namespace v0 {

/// Hooks that are functions of the program, called in its own namespaces after those of the configuration. Each may be empty. What
/// one throws makes it fail. <corten.h>, corten_hooks, says who calls them.
struct HookFunctions {
  using Function = std::function<void(const spec::State&)>;

  Function prestart = {};        // once the namespaces are there; a failure undoes the container
  Function create_runtime = {};  // the same, afterwards
  Function poststart = {};       // once the process has been started; a failure ends and destroys the container
  Function poststop = {};        // once the container is destroyed, or undone; a failure is a warning
};

/// Such functions, as a container has them: copies share them.
class Hooks {
 public:
  Hooks() = default;
  Hooks(HookFunctions functions) : block_{std::make_shared<Block>(std::move(functions))} {  // NOLINT: a conversion
    const auto& own = block_->functions;
    block_->abi = {sizeof(corten_hooks),
                   &block_->functions,
                   abi_of<&HookFunctions::prestart>(own),
                   abi_of<&HookFunctions::create_runtime>(own),
                   abi_of<&HookFunctions::poststart>(own),
                   abi_of<&HookFunctions::poststop>(own)};
  }
  /// For <corten.h>; NULL where there are none.
  [[nodiscard]] const corten_hooks* abi() const { return block_ ? &block_->abi : nullptr; }

 private:
  struct Block {
    explicit Block(HookFunctions given) : functions{std::move(given)} {}
    HookFunctions functions;
    corten_hooks abi{};
  };

  template <HookFunctions::Function HookFunctions::*function>
  static corten_hook_function abi_of(const HookFunctions& functions) {
    return functions.*function ? &call<function> : nullptr;
  }

  template <HookFunctions::Function HookFunctions::*function>
  static int call(void* functions, const char* state, char* reason, size_t size) noexcept {
    try {
      (static_cast<const HookFunctions*>(functions)->*function)(detail::value_of<spec::State>(state));
      return 0;
    } catch (const std::exception& error) {
      reason[std::string_view{error.what()}.copy(reason, size - 1)] = '\0';
    } catch (...) {  // NOLINT: the library then says that it returned 1
    }
    return 1;
  }

  std::shared_ptr<Block> block_;
};

}  // namespace v0
}  // namespace corten
