// SPDX-License-Identifier: Apache-2.0
#include "abi/hook_functions.hpp"

#include <fmt/core.h>

#include <array>
#include <string>
#include <string_view>

#include "abi/guard.hpp"

namespace corten::abi {
namespace {

class GivenFunctions final : public container::HookFunctions {
 public:
  explicit GivenFunctions(const corten_hooks& given) : given_{given} {}

  void run(std::string_view kind, const std::string& state_json) const override {
    const auto function = of_kind(kind);
    if (function == nullptr) return;
    std::array<char, 1024> reason{};
    const int result = function(given_.data, state_json.c_str(), reason.data(), reason.size());
    if (result == 0) return;
    reason.back() = '\0';
    throw Error{fmt::format("error running {} hook function: {}", kind,
                            reason.front() == '\0' ? fmt::format("it returned {}", result) : reason.data())};
  }

 private:
  [[nodiscard]] corten_hook_function of_kind(std::string_view kind) const {
    if (kind == "prestart") return given_.prestart;
    if (kind == "createRuntime") return given_.create_runtime;
    return kind == "poststart" ? given_.poststart : given_.poststop;
  }

  corten_hooks given_;
};

}  // namespace

std::shared_ptr<const container::HookFunctions> functions_of(const corten_hooks* hooks) {
  if (hooks == nullptr) return {};
  return std::make_shared<GivenFunctions>(options_of(hooks, "corten_hooks"));
}

}  // namespace corten::abi
