// SPDX-License-Identifier: Apache-2.0
// The handles of <corten.h> with owners, and its errors as Failure. (<corten/corten.hpp> does the same for programs that do not
// link the library's areas: its corten::Error would be a second class of that name here.)
#pragma once

#include <corten.h>

#include <memory>
#include <string>
#include <type_traits>

#include "shim/failure.hpp"

namespace corten::shim::library {

struct Free {
  void operator()(corten_runtime* handle) const { corten_runtime_free(handle); }
  void operator()(corten_container* handle) const { corten_container_free(handle); }
  void operator()(corten_process* handle) const { corten_process_free(handle); }
  void operator()(corten_watch* handle) const { corten_watch_free(handle); }
};
using Runtime = std::unique_ptr<corten_runtime, Free>;
using Container = std::unique_ptr<corten_container, Free>;
using Process = std::unique_ptr<corten_process, Free>;
using Watch = std::unique_ptr<corten_watch, Free>;

/// The failure that `error` tells of; frees it.
[[nodiscard]] Failure take(corten_error* error);

/// Makes a call whose last argument is a corten_error**, and throws what it sets.
template <class Function, class... Arguments>
auto call(Function function, Arguments... arguments) {
  corten_error* error = nullptr;
  const auto result = function(arguments..., &error);
  using Result = std::remove_const_t<decltype(result)>;
  if constexpr (std::is_pointer_v<Result>) {
    if (result == nullptr) throw take(error);
  } else if constexpr (std::is_same_v<Result, corten_code>) {
    if (result != CORTEN_OK) throw take(error);
  } else {
    if (error != nullptr) throw take(error);
  }
  return result;
}

/// Containers whose state is below `root`. This program is their init stage.
[[nodiscard]] Runtime open_runtime(const std::string& root, bool systemd_cgroups);

}  // namespace corten::shim::library
